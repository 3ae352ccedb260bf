#!/bin/sh
# Installs the Resound executable for this machine, once its SHA-256 sum is right.
#
#   RESOUND_URL=https://example.com/resound/0.1.0 sh install.sh
#
# RESOUND_URL     the folder of a release: the executables of `bun run build --all` and SHA256SUMS
# RESOUND_BIN     the file to install (default: /usr/local/bin/resound)
# RESOUND_SHA256  the sum that the executable must have, if you know it from elsewhere than that folder

set -eu

fail() {
    printf 'Cannot install Resound: %s\n' "$1" >&2
    exit 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# Prints the platform as the release's file names have it.
platform() {
    system=$(uname -s)
    machine=$(uname -m)
    case $machine in
        x86_64 | amd64) machine=x64 ;;
        aarch64 | arm64) machine=arm64 ;;
        *) fail "there is no executable for the processor $machine." ;;
    esac
    case $system in
        Linux) printf 'linux-%s%s' "$machine" "$(linux_variant "$machine")" ;;
        Darwin) printf 'darwin-%s' "$machine" ;;
        *) fail "this script knows Linux and macOS, not $system. On Windows, download resound-windows-x64.exe and compare its sum." ;;
    esac
}

# The C library, and for x64 whether the processor lacks AVX2.
linux_variant() {
    if has ldd; then
        # musl's ldd knows no --version: it prints its usage, with its name, and fails.
        case $(ldd --version 2>&1 || true) in
            *musl*) printf -- '-musl' ;;
        esac
    elif [ -n "$(find /lib -maxdepth 1 -name 'ld-musl-*' 2>/dev/null)" ]; then
        printf -- '-musl'
    fi
    if [ "$1" = x64 ] && ! grep -qw avx2 /proc/cpuinfo 2>/dev/null; then
        printf -- '-baseline'
    fi
}

# download ADDRESS FILE
download() {
    if has curl; then
        curl --fail --silent --show-error --location --output "$2" "$1"
    elif has wget; then
        wget -q -O "$2" "$1"
    else
        fail "neither curl nor wget is there to download with."
    fi || fail "$1 could not be downloaded."
}

sum_of() {
    if has sha256sum; then
        sha256sum "$1"
    elif has shasum; then
        shasum -a 256 "$1"
    else
        fail "neither sha256sum nor shasum is there to check the download with."
    fi | cut -d ' ' -f 1
}

main() {
    url=${RESOUND_URL:-}
    target=${RESOUND_BIN:-/usr/local/bin/resound}
    [ -n "$url" ] || fail "RESOUND_URL is not set: the address of a release's folder."
    url=${url%/}
    folder=$(dirname "$target")
    [ -d "$folder" ] || fail "there is no folder $folder (RESOUND_BIN)."
    [ -w "$folder" ] || fail "no permission to write to $folder. Run this as root, or choose another file with RESOUND_BIN."

    name=resound-$(platform)
    # Beside the target, so that the last step is a rename: a running server goes on with the old file until it is started anew.
    work=$(mktemp -d "$folder/.resound-install.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM

    expected=${RESOUND_SHA256:-}
    if [ -z "$expected" ]; then
        download "$url/SHA256SUMS" "$work/SHA256SUMS"
        expected=$(awk -v name="$name" '$2 == name || $2 == "*" name { print $1; exit }' "$work/SHA256SUMS")
        [ -n "$expected" ] || fail "$url/SHA256SUMS has no $name."
    fi
    download "$url/$name" "$work/resound"
    found=$(sum_of "$work/resound")
    [ "$found" = "$expected" ] || fail "the sum of $url/$name is wrong: expected $expected, got $found. Nothing was changed."

    chmod 755 "$work/resound"
    # Only now, with the right sum, is it run.
    version=$("$work/resound" --version) ||
        fail "$name does not run here. Nothing was changed. On Alpine it needs: apk add libstdc++ libgcc"
    mv -f "$work/resound" "$target"
    printf 'Installed resound %s (%s) as %s\n' "$version" "$name" "$target"
}

# All of the script has been read by now: half of one that was cut off does nothing.
main
