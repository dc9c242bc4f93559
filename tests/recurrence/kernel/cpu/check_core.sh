#!/usr/bin/env bash
# Checks the kernel's core against the textbook (check_core.cpp), under the address and undefined-behaviour sanitizers,
# with every instruction set that this machine has. CC and CXX name other compilers.
#
#   check_core.sh [--thread | --valgrind | --aarch64] [CASES]
#
#   --thread     under the thread sanitizer
#   --valgrind   under valgrind, which knows no AVX-512
#   --aarch64    cross-compiled, under qemu
set -euo pipefail

mode=--sanitize
case ${1:-} in --*) mode=$1 && shift ;; esac
here=$(cd "$(dirname "$0")" && pwd)
kernel=${KERNEL:-$here/../../../../src/glasscell/recurrence/kernel/cpu}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cc=${CC:-gcc} cxx=${CXX:-g++} guard=64 cases=2000 machine=$(uname -m)
how=(-O1 -g1) under=()
case $mode in
--sanitize) how+=(-fsanitize=address -fsanitize=undefined -fno-sanitize-recover=all) guard=0 ;;
--thread) how+=(-fsanitize=thread) cases=600 ;;
--valgrind) # what a thread that still waits has of its stack is only 'possibly lost'
    under=(valgrind --quiet --error-exitcode=1 --leak-check=full --show-leak-kinds=definite)
    under+=(--errors-for-leak-kinds=definite) guard=0 cases=100
    ;;
--aarch64)
    machine=aarch64 cxx=aarch64-linux-gnu-g++ cc=aarch64-linux-gnu-gcc how=(-O3) cases=400
    under=(qemu-aarch64 -L /usr/aarch64-linux-gnu)
    ;;
*) echo "$0: no such option: $mode (--thread, --valgrind or --aarch64)" >&2 && exit 2 ;;
esac
cases=${1:-$cases}
for tool in "$cc" "$cxx" "${under[@]:0:1}"; do
    command -v "${tool%% *}" >/dev/null && continue
    echo "$0: ${tool%% *} is missing. Debian has all that any mode needs:" >&2
    echo "  apt-get install gcc g++ valgrind g++-aarch64-linux-gnu qemu-user" >&2
    exit 1
done

vectors=(baseline)
[[ $machine == x86_64 ]] && vectors=(baseline avx2 avx512)

# As setup.py does it, but for `how`.
core=(-std=c++17 -Wall -Wextra -fPIC -ffp-contract=off -fno-exceptions -fno-rtti -fvisibility=hidden)
core+=(-fno-threadsafe-statics "${how[@]}")

recurrence() { # compile it for one instruction set
    local flags=()
    case $1 in
    avx2) flags=(-mavx2 -mfma) ;;
    avx512) flags=(-mavx512f -mavx512dq -mavx512bw -mavx512vl -mfma) ;;
    esac
    # shellcheck disable=SC2086 # CC may hold options, too
    $cc "${core[@]}" "${flags[@]}" -DVECTORS="$1" -DVECTORS_NAME="\"$1\"" -c "$kernel/recurrence.cpp" -o "$work/$1.o"
}

the_rest() {
    # The truth needs no checks of its own, and is slow with them.
    # shellcheck disable=SC2086
    $cxx -std=c++17 -O2 -Wall -Wextra -DGUARD=$guard -I "$kernel" -c "$here/check_core.cpp" -o "$work/check_core.o"
    for name in lstm threads; do
        # shellcheck disable=SC2086
        $cc "${core[@]}" -c "$kernel/$name.cpp" -o "$work/$name.o"
    done
}

everywhere() { # run a command with each of the arguments at the same time, and fail if one does
    local command=$1 jobs=() failed=0
    shift
    for argument in "$@"; do "$command" "$argument" & jobs+=($!); done
    for job in "${jobs[@]}"; do wait "$job" || failed=1; done
    return $failed
}

check() { # all instruction sets share the cases between them
    local each=$(((cases + ${#vectors[@]} - 1) / ${#vectors[@]})) seed
    seed=$(printf '%s\n' "${vectors[@]}" | grep --line-number --line-regexp "$1" | cut --delimiter=: --fields=1)
    GLASSCELL_VECTORS=$1 "${under[@]}" "$work/check_core" --cases "$each" --seed "$seed"
}

has() { GLASSCELL_VECTORS=$1 "${under[@]}" "$work/check_core" --cases 0 | grep --quiet "($1;"; }

the_rest & other=$!
everywhere recurrence "${vectors[@]}"
wait $other
# shellcheck disable=SC2086
$cxx "${how[@]}" "$work"/*.o -lpthread -o "$work/check_core"

runnable=()
for name in "${vectors[@]}"; do
    if [[ $name == avx512 && $mode == --valgrind ]] || ! has "$name"; then echo "$name cannot run here: not checked"
    else runnable+=("$name"); fi
done
vectors=("${runnable[@]}")
everywhere check "${vectors[@]}"
