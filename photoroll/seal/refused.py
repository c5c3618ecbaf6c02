"""Which system calls each role is refused: tables, so that they can be read and argued about.

Names are Linux system calls. A name that this processor or this libseccomp does not know is looked up in
``NUMBERS`` (system calls from 424 on have one number on every processor) and else left out: what the kernel
does not have needs no refusing.
"""

from __future__ import annotations


def _names(text: str) -> list[str]:
    return text.split()


NUMBERS = {
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "clone3": 435,
    "openat2": 437,
    "pidfd_getfd": 438,
    "process_madvise": 440,
    "mount_setattr": 442,
    "process_mrelease": 448,
    "fchmodat2": 452,
    "setxattrat": 463,
    "removexattrat": 466,
    "open_tree_attr": 467,
    "file_setattr": 469,
}

# Ways around a seal: other rings to make system calls, other processes' memory and descriptors, other worlds.
AROUND = _names("""
    io_uring_setup io_uring_enter io_uring_register ptrace pidfd_getfd process_vm_readv process_vm_writev
    process_madvise unshare setns bpf mount umount2 pivot_root open_tree open_tree_attr move_mount fsopen
    fsconfig fsmount fspick mount_setattr
""")

# What a worker has no use for, and what would let it reach beyond itself.
BEYOND = _names("""
    chroot perf_event_open userfaultfd kexec_load kexec_file_load init_module finit_module delete_module
    add_key request_key keyctl swapon swapoff reboot acct quotactl quotactl_fd name_to_handle_at
    open_by_handle_at kcmp fanotify_init fanotify_mark syslog sethostname setdomainname settimeofday
    clock_settime adjtimex clock_adjtime setuid setgid setreuid setregid setresuid setresgid setgroups
    setfsuid setfsgid capset mq_open mq_unlink msgget semget shmget shmat tkill rt_sigqueueinfo
    rt_tgsigqueueinfo pidfd_send_signal pidfd_open process_mrelease ioperm iopl sched_setaffinity setsid
    setpgid setpriority vhangup lookup_dcookie nfsservctl memfd_secret setrlimit
""")

SOCKETS = _names("""
    socket socketpair connect bind listen accept accept4 sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg
    setsockopt shutdown
""")

PROGRAMS = _names("""
    execve execveat fork vfork
""")

# Everything that changes a file's name, content, rights, times or attributes without opening it.
CHANGES = _names("""
    unlink unlinkat rename renameat renameat2 mkdir mkdirat rmdir link linkat symlink symlinkat mknod
    mknodat chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat truncate creat utime utimes
    futimesat utimensat setxattr lsetxattr fsetxattr setxattrat removexattr lremovexattr fremovexattr
    removexattrat file_setattr
""")

# A descriptor that is already open: only the maker may change what is behind one.
CHANGES_OPEN = _names("""
    ftruncate fallocate copy_file_range
""")
