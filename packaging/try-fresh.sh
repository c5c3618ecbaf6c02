#!/usr/bin/env bash
# Try the two commands on a bare system: a new Debian in a folder, without a Python, without anything.
#
#   sudo packaging/try-fresh.sh [--worktree] [--suite bookworm] [--mirror URL] [--samples DIR] [--only root|user] [--keep]
#                               [--folder DIR] [-- PYTEST ARGS]
#
# As root and as an ordinary user it runs `./photoroll.sh organize` on a small drawn library, then
# `./photoroll.sh test`. The ordinary user must first be told what to paste (exit code 3); that line is run as root, and
# the same command must then work. At the end it prints what took how long.
#
#   --suite      which system: bookworm, trixie, or with --mirror one of Ubuntu's (noble)
#   --worktree   take the files as they are now instead of the last commit
#   --samples    give the suite the real sample photos, read-only
#   --folder     where the systems are made (default: a new temporary folder); the unpacked base is kept there as base.tar
#
# Needs root and debootstrap. The mirror comes from this system's apt, the address of the Python packages from its pip.
set -euo pipefail

[ "$(id -u)" = 0 ] || { echo "run it as root" >&2; exit 2; }
# mounts of its own: they are gone when it ends, however it ends
[ -n "${TRY_FRESH_INSIDE:-}" ] || exec env TRY_FRESH_INSIDE=yes unshare --mount --propagation private -- "$0" "$@"

suite=bookworm mirror="" worktree="" samples="" keep="" folder="" only="root user"
while [ $# -gt 0 ]; do
  case $1 in
  --worktree) worktree=yes ;;
  --suite) suite=$2; shift ;;
  --mirror) mirror=$2; shift ;;
  --samples) samples=$(readlink -f -- "$2"); shift ;;
  --only) only=$2; shift ;;
  --folder) folder=$2; shift ;;
  --keep) keep=yes ;;
  --) shift; break ;;
  *) sed -n '2,17s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done
project=$(git -C "$(dirname "$(readlink -f "$0")")" rev-parse --show-toplevel)
[ -n "$folder" ] || folder=$(mktemp -d)
mkdir -p "$folder"
folder=$(readlink -f "$folder")
results=$folder/results.txt
: >"$results"
mounted=()

note() { printf '%s\n' "$*" | tee -a "$results"; }

clean_up() {
  local place
  for ((i = ${#mounted[@]} - 1; i >= 0; i--)); do umount -R "${mounted[i]}" || umount -R -l "${mounted[i]}"; done
  mounted=()
  [ -z "$keep" ] || return 0
  for place in "$folder"/system-*; do
    # never remove what may still lead out of the folder
    if [ -d "$place" ] && ! grep -qF " $place/" /proc/mounts; then rm -rf --one-file-system "$place"; fi
  done
}
trap clean_up EXIT

mount_in() { # SYSTEM, then the arguments of mount, the last being the place inside
  local system=$1 place
  shift
  place=$system${*: -1}
  mount "${@:1:$#-1}" "$place"
  mounted+=("$place")
}

share() { # SYSTEM FOLDER: the same folder inside, read-only
  [ -d "$2" ] || return 0
  mkdir -p "$1$2"
  mount_in "$1" --bind "$2" "$2"
  mount -o remount,bind,ro "$1$2"
}

host_mirror() { # the first address of this system's apt, of either style of its lists
  { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || :; } | awk '$1=="deb"{for(i=2;i<=NF;i++)if($i~/^https?:/){print $i;exit}}'
  { cat /etc/apt/sources.list.d/*.sources 2>/dev/null || :; } | awk '$1=="URIs:"{print $2;exit}'
}

make_base() {
  [ ! -e "$folder/base-$suite.tar" ] || return 0
  local began=$SECONDS
  local script=/usr/share/debootstrap/scripts/$suite components=main
  # all of Ubuntu's systems are made by one script; an ordinary one has "universe" switched on
  [ -e "$script" ] || { script=${script%/*}/gutsy components=main,universe; }
  debootstrap --variant=minbase --components="$components" "$suite" "$folder/base" "${mirror:-$(host_mirror | head -n 1)}" \
    "$script" >"$folder/debootstrap.log"
  tar -C "$folder/base" -cf "$folder/base-$suite.tar" .
  rm -rf "$folder/base"
  note "bare $suite: $((SECONDS - began)) s"
}

configure_network() { # SYSTEM: names, pip and certificates as on this system
  local system=$1 name value
  cp -L /etc/resolv.conf /etc/hosts "$system/etc/"
  for name in /etc/apt/apt.conf.d/*proxy*; do [ ! -e "$name" ] || cp "$name" "$system/etc/apt/apt.conf.d/"; done
  { cat /etc/apt/auth.conf.d/* >"$system/etc/apt/auth.conf"; } 2>/dev/null || :
  echo '[global]' >"$system/etc/pip.conf"
  # "pip config list" knows files and variables alike: scope.name='value'
  while IFS='=' read -r name value; do
    name=${name##*.} value=${value#\'}
    value=${value%\'}
    if [ -f "$value" ]; then # a certificate: under another name, so that the system's own may come and go
      cp -L "$value" "$system/etc/pip-$name.file"
      value=/etc/pip-$name.file
    fi
    grep -q "^$name = " "$system/etc/pip.conf" || printf '%s = %s\n' "$name" "${value//\\n/ }" >>"$system/etc/pip.conf"
  done < <(python3 -m pip config list 2>/dev/null)
  # folders of packages on this system, as paths or as file addresses
  while read -r value; do share "$system" "${value%/simple}"; done < <(
    tr -s ' ' '\n' <"$system/etc/pip.conf" | sed -n 's#^\(file://\)\{0,1\}\(/..*\)#\2#p' | grep -v '^/etc/' | sort -u
  )
}

make_system() { # WHO
  local system=$folder/system-$1
  if [ -d "$system" ]; then rm -rf --one-file-system "$system"; fi
  mkdir -p "$system"
  tar -C "$system" -xf "$folder/base-$suite.tar"
  mount_in "$system" -t proc proc /proc
  mount_in "$system" --rbind /sys /sys
  mount --make-rslave "$system/sys"
  mount_in "$system" --rbind /dev /dev
  mount --make-rslave "$system/dev"
  configure_network "$system"
  chroot "$system" useradd --create-home --shell /bin/sh someone
  mkdir "$system/home/someone/photo roll" # a space, as people have
  if [ -n "$worktree" ]; then
    git -C "$project" ls-files -z --cached --others --exclude-standard | (cd "$project" && while IFS= read -r -d '' name; do
      [ ! -e "$name" ] || printf '%s\0' "$name"
    done) | tar -C "$project" --null -T - -cf -
  else
    git -C "$project" archive HEAD
  fi | tar -C "$system/home/someone/photo roll" -xf -
  if [ -n "$samples" ]; then
    mkdir -p "$system/home/someone/shared/photos"
    mount_in "$system" --bind "$samples" /home/someone/shared/photos
    mount -o remount,bind,ro "$system/home/someone/shared/photos"
  fi
}

inside() { # SYSTEM WHO COMMAND: in a clean environment
  local home
  home=$(chroot "$1" sh -c "echo ~$2")
  chroot "$1" env -i HOME="$home" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
    setpriv --reuid "$2" --regid "$2" --init-groups sh -c "cd '/home/someone/photo roll' && $3"
}

timed() { # LABEL, then the call; keeps going when it fails, and notes how it ended
  local label=$1 began=$SECONDS code=0
  shift
  "$@" >"$folder/last.log" 2>&1 || code=$?
  cp "$folder/last.log" "$folder/log-${label//[^a-z0-9]/-}.txt"
  note "$label: exit $code, $((SECONDS - began)) s"
  tail -n "${lines:-12}" "$folder/last.log" | sed 's/^/    /'
  return "$code"
}

paste_the_line() { # SYSTEM: run as root what the user was told to paste
  local line
  line=$(sed -n 's/^  \(sudo .*\)$/\1/p' "$folder/last.log" | tail -n 1)
  [ -n "$line" ] || { note "    no line to paste was printed"; failed=yes; return 1; }
  timed "the pasted line" inside "$1" root "${line//sudo /} -y -qq"
}

run() { # WHO ACCOUNT
  local system=$folder/system-$1 pytest_args='' arg
  for arg in "${@:3}"; do pytest_args+=" $(printf %q "$arg")"; done
  make_system "$1"
  [ "$1" = root ] || chroot "$system" chown -R someone: "/home/someone/photo roll"
  local organize="./photoroll.sh demo /var/tmp/'drawn photos' --photos 60 && ./photoroll.sh organize /var/tmp/'drawn photos' --library /var/tmp/library --out /var/tmp/out"
  if [ "$1" = user ]; then
    timed "user: first start must ask for packages" inside "$system" "$2" ./photoroll.sh && failed=yes
    [ "$(awk '/must ask/{print $(NF-2)}' "$results" | tr -d ,)" = 3 ] || failed=yes
    paste_the_line "$system" || failed=yes
  fi
  timed "$1: set-up and help" inside "$system" "$2" "./photoroll.sh --help" || failed=yes
  timed "$1: second start" inside "$system" "$2" "./photoroll.sh --help >/dev/null" || failed=yes
  timed "$1: second start without network" unshare -n chroot "$system" setpriv --reuid "$2" --regid "$2" --init-groups \
    env -i HOME=/tmp PATH=/usr/bin:/bin sh -c "/home/someone/'photo roll'/photoroll.sh --help >/dev/null" || failed=yes
  timed "$1: demo and organize" inside "$system" "$2" "$organize" || failed=yes
  if [ "$1" = user ]; then
    timed "user: test must ask for packages" inside "$system" "$2" "./photoroll.sh test $pytest_args" && failed=yes
    paste_the_line "$system" || failed=yes
  fi
  lines=40 timed "$1: test" inside "$system" "$2" "./photoroll.sh test $pytest_args" || failed=yes
  timed "$1: a real window's application starts under X" inside "$system" "$2" \
    "rm -f .venv/.photoroll-window-*; xvfb-run -a ./photoroll.sh --help && ls -a .venv | grep window-xcb" || failed=yes
  note "    size of the environment: $(du -sh "$system/home/someone/photo roll/.venv" | cut -f1)"
  clean_up
}

failed=
make_base
for who in $only; do
  note "== $who =="
  if [ "$who" = root ]; then run root root "$@"; else run user someone "$@"; fi
done
echo
cat "$results"
[ -z "$failed" ] || { echo "something failed: see the logs in $folder" >&2; exit 1; }
