"""A folder's volume is told by the mount table of proc(5)."""

import os
from pathlib import Path

from photoroll.services.volumes import volume_of


def line(device: int, point: Path | str, kind: str, source: str) -> str:
    return f"36 35 {os.major(device)}:{os.minor(device)} / {point} rw,noatime shared:1 - {kind} {source} rw\n"


def test_the_longest_mount_point_wins_and_its_uuid_is_the_id(tmp_path: Path) -> None:
    device = tmp_path.stat().st_dev
    card = tmp_path / "my card"
    card.mkdir()
    disk = tmp_path / "sdx1"
    disk.touch()
    uuids = tmp_path / "by-uuid"
    uuids.mkdir()
    (uuids / "1234-ABCD").symlink_to(disk)
    table = tmp_path / "mountinfo"
    table.write_text(
        line(device, "/", "ext4", "/dev/root")
        + line(device, str(card).replace(" ", "\\040"), "vfat", str(disk))
    )
    volume = volume_of(card, mountinfo=table, by_uuid=uuids)
    assert (volume.id, volume.mount_point, volume.kind) == ("1234-ABCD", card, "vfat")
    assert volume_of(tmp_path, mountinfo=table, by_uuid=uuids).kind == "ext4"


def test_without_a_mount_table_the_device_stands_for_the_volume(tmp_path: Path) -> None:
    volume = volume_of(tmp_path, mountinfo=tmp_path / "none", by_uuid=tmp_path / "none")
    assert volume.id.startswith("device-")


def test_two_folders_of_one_disk_have_one_volume(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert volume_of(tmp_path / "a").id == volume_of(tmp_path / "b").id != ""
