#!/bin/sh
# PhotoRoll on this computer, from a fresh copy of the project:
#
#   ./photoroll.sh [FOLDER…]            open PhotoRoll on these folders (without a display: organize them)
#   ./photoroll.sh COMMAND …            any command of PhotoRoll (./photoroll.sh --help)
#   ./photoroll.sh test [PYTEST ARGS]   run the whole test suite (arguments as from the project's folder)
#
# The first start sets everything up: system packages (by apt as root; else it prints the one line to paste), a
# virtual environment of its own, and the Python packages. Later starts use no network at all.
#
#   PHOTOROLL_VENV   where the virtual environment lives (default: .venv beside this script)
#   PYTHON           the Python to build it with (default: the first Python 3.11 or newer that is found)
#
# Ends with PhotoRoll's own exit code; 3 when something must be installed first, 1 when the set-up failed.
set -eu

here=$(dirname -- "$(readlink -f -- "$0")")
venv=${PHOTOROLL_VENV:-"$here/.venv"}
case $venv in /*) ;; *) venv=$PWD/$venv ;; esac
stamp=$venv/.photoroll-ready   # what was set up; written last
busy=$venv/.photoroll-busy     # exists while something is being installed
level=run
[ "${1-}" != test ] || level="test"

# name, or name-after-the-64-bit-time-change/name-before (Ubuntu 24.04 and Debian 13 renamed some libraries)
RUN_PACKAGES="libseccomp2 libglib2.0-0t64/libglib2.0-0 libegl1 libgl1 libdbus-1-3 libfontconfig1 fonts-dejavu-core
  libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-xkb1
  libwayland-cursor0 libfribidi0"
TEST_PACKAGES="xvfb xauth xdotool strace"

say() { printf 'PhotoRoll: %s\n' "$*" >&2; }
fail() { say "$1"; exit "${2:-1}"; }

# ---------------------------------------------------------------------------------------------- system packages
installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

find_python() { # sets python (never one that lives in a virtual environment), or leaves it empty
  python=
  for name in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null 2>&1 &&
      "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      python=$("$name" -I -c 'import sys; print(getattr(sys, "_base_executable", "") or sys.executable)')
      return
    fi
  done
}

missing_packages() { # prints the names that apt must install
  if [ -z "$python" ]; then
    printf '%s\n' python3 python3-venv
  elif ! "$python" -I -c 'import ensurepip, venv' >/dev/null 2>&1; then
    "$python" -I -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'
  fi
  renamed=$(dpkg-query -W -f '${Package}\n' 'lib*t64' 2>/dev/null | head -n 1)
  wanted=$RUN_PACKAGES
  [ "$level" = run ] || wanted="$wanted $TEST_PACKAGES"
  for one in $wanted; do
    if installed "${one%/*}" || installed "${one#*/}"; then continue; fi
    if [ -n "$renamed" ]; then echo "${one%/*}"; else echo "${one#*/}"; fi
  done
}

need_packages() {
  find_python
  if ! command -v dpkg-query >/dev/null 2>&1 || ! command -v apt-get >/dev/null 2>&1; then
    [ -n "$python" ] || too_old
    return 0 # not Debian or Ubuntu: whatever else is missing shows when the window's library is loaded
  fi
  # a python3 that is there is the newest that this system has
  if [ -z "$python" ] && installed python3; then too_old; fi
  missing=$(missing_packages | tr '\n' ' ')
  missing=${missing% }
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ]; then
    install_packages
    find_python
    [ -n "$python" ] || too_old
    return 0
  fi
  line="sudo apt-get install --no-install-recommends $missing"
  # a system that never fetched its lists of packages cannot install any
  ls /var/lib/apt/lists/*Packages* >/dev/null 2>&1 || line="sudo apt-get update && $line"
  say "needs some system packages. Paste this line, then run the same command again:"
  printf '  %s\n' "$line" >&2
  exit 3
}

too_old() {
  fail "needs Python 3.11 or newer (Debian 12, Ubuntu 24.04 and later have it; PYTHON=/path/to/python names another one)." 3
}

install_packages() {
  say "installing system packages: $missing"
  log=$(mktemp)
  # shellcheck disable=SC2086 # a list of words
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o DPkg::Lock::Timeout=300 $missing; } </dev/null >"$log" 2>&1 9<&-; then
    tail -n 5 -- "$log" >&2
    rm -f -- "$log"
    fail "the system packages could not be installed (see above). Is the network there? Then run the same command again."
  fi
  rm -f -- "$log"
}

# ------------------------------------------------------------------------------------------ virtual environment
key() { # what the environment was made from: another key means that it must be set up again
  under=$("$venv/bin/python" -I -S -c 'import sys; print(sys.version_info[:3], sys.base_prefix)' 2>/dev/null) || under=broken
  printf '%s\n%s\n%s\n' "$(cksum <"$here/pyproject.toml")" "$here" "$venv $under"
}

is_ready() {
  [ -r "$stamp" ] && [ ! -e "$busy" ] || return 1
  [ "$(key)" = "$(sed 1d "$stamp")" ] || return 1
  case "$level $(head -n 1 "$stamp")" in "run "* | "test test") return 0 ;; *) return 1 ;; esac
}

python_is_the_same() { # the environment exists, is whole, lives where it was made, and so does its Python
  [ -r "$stamp" ] && [ ! -e "$busy" ] && [ "$(key | sed 1d)" = "$(sed 1,2d "$stamp")" ]
}

lock() { # only one set-up at a time; a folder can be locked without a file in it
  parent=$(dirname -- "$venv")
  mkdir -p -- "$parent" 2>/dev/null || cannot_write
  exec 9<"$parent"
  command -v flock >/dev/null 2>&1 || return 0
  flock -n 9 && return 0
  say "another start is setting PhotoRoll up; waiting for it"
  flock 9
}

unlock() { exec 9<&-; }

cannot_write() {
  fail "cannot write to $venv. Set PHOTOROLL_VENV to a folder of your own (it will hold about 1 GB), or give yourself the right to write there."
}

make_venv() {
  if [ -e "$venv" ] && [ ! -e "$venv/pyvenv.cfg" ] && [ ! -e "$busy" ] && [ -n "$(ls -A -- "$venv" 2>/dev/null)" ]; then
    fail "$venv holds other things. Set PHOTOROLL_VENV to an empty or new folder."
  fi
  rm -rf -- "$venv" 2>/dev/null || cannot_write
  { mkdir -- "$venv" && : >"$busy"; } 2>/dev/null || cannot_write
  say "making a virtual environment in $venv"
  "$python" -m venv -- "$venv" >&2 || fail "the virtual environment could not be made (see above)."
}

install_python_packages() {
  what=.
  [ "$level" = run ] || what='.[dev]'
  { : >"$busy" && rm -f -- "$stamp" "$venv"/.photoroll-window-*; } 2>/dev/null || cannot_write
  say "fetching Python packages (once, about 300 MB)"
  log=$venv/.photoroll-log
  if ! (cd -- "$here" && "$venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check \
    --retries 1 --editable "$what") </dev/null >"$log" 2>&1 9<&-; then
    grep -i error -- "$log" | tail -n 5 >&2 || tail -n 5 -- "$log" >&2
    fail "the Python packages could not be installed (see above; all of it: $log). The set-up needs the network once; PhotoRoll itself never does. Run the same command again."
  fi
  { printf '%s\n' "$level" && key; } >"$stamp.new"
  mv -f -- "$stamp.new" "$stamp"
  rm -f -- "$busy"
}

set_up() {
  lock
  need_packages
  if ! is_ready; then # another start may have done it meanwhile
    [ ! -r "$stamp" ] || [ "$(head -n 1 "$stamp")" != test ] || level="test" # never take the tools away
    python_is_the_same || make_venv
    install_python_packages
  fi
  unlock
}

# ------------------------------------------------------------------------------------------------- the window
window_starts() { # a real window's application; what it says when it does not is in said
  platform=offscreen
  [ -z "${WAYLAND_DISPLAY:-}" ] || platform=wayland
  [ -z "${DISPLAY:-}" ] || platform=xcb
  seen=$venv/.photoroll-window-$platform
  [ ! -e "$seen" ] || return 0
  # shellcheck disable=SC3045 # no core file when Qt gives up: dash, bash and busybox know -c
  said=$({ ulimit -c 0; QT_QPA_PLATFORM=$platform LC_ALL=C.UTF-8 "$venv/bin/python" -I -c '
from PySide6.QtWidgets import QApplication
QApplication([])
'; } 2>&1) && { touch -- "$seen" 2>/dev/null || :; return 0; }
  case $said in
  *"library is missing"* | *"no Qt platform plugin could be initialized"*) ;;
  *) return 1 ;;
  esac
  libraries=$(missing_libraries)
  [ -z "$libraries" ] || return 1
  say "the display ${DISPLAY:-${WAYLAND_DISPLAY:-}} does not answer"
}

missing_libraries() { # of the part of Qt that draws here
  find "$venv"/lib/python3*/site-packages/PySide6 -name 'QtWidgets.*.so' -o -name "libq$platform*.so" |
    while IFS= read -r one; do ldd "$one"; done 2>/dev/null |
    sed -n 's/^[[:space:]]*\([^ ]*\) => not found$/\1/p' | sort -u | tr '\n' ' '
}

check_window() {
  window_starts && return 0
  need_packages # one may have been removed since the set-up
  window_starts && return 0
  printf '%s\n' "$said" | head -n 5 >&2
  libraries=$(missing_libraries)
  fail "the window cannot start (see above).${libraries:+ Missing libraries: $libraries}" 3
}

# ---------------------------------------------------------------------------------------------------------- go
if is_ready; then
  # the packages of the system were there when it was set up; what was removed since shows here
  [ "$level" = run ] || need_packages
else
  set_up
  fresh=yes
fi
check_window
[ -z "${fresh-}" ] || say "ready"

if [ "${1-}" != test ]; then
  exec "$venv/bin/photoroll" "$@"
fi
shift
cd -- "$here"
set -- "$venv/bin/python" -m pytest -n 2 --dist loadfile "$@"
if command -v xvfb-run >/dev/null 2>&1; then
  # windows of the tests open on a screen of their own
  exec xvfb-run -a -s '-screen 0 1920x1200x24 -nolisten tcp' "$@"
fi
exec "$@"
