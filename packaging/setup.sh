# Sourced by ./test, ./demo and ./bench: finds a JDK 25 and installs missing distribution packages, saying which.
# Needs bash. Sets and exports JAVA_HOME.

say() { printf '%s\n' "$*" >&2; }
die() { say "$0: $*"; exit 1; }

is_jdk25() { [ -x "$1/bin/javac" ] && "$1/bin/javac" -version 2>&1 | grep -qE '^javac (2[5-9]|[3-9][0-9])'; }

find_jdk() {
    local dir
    for dir in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
        if [ -n "$dir" ] && is_jdk25 "$dir"; then
            JAVA_HOME=$dir
            export JAVA_HOME
            return 0
        fi
    done
    return 1
}

# Installs the packages among "command=package" pairs (or "/file=package") whose command or file is missing.
install_missing() {
    local pair missing=()
    for pair; do
        case $pair in
            /*) compgen -G "${pair%%=*}" >/dev/null || missing+=("${pair#*=}") ;;
            *) PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}") ;;
        esac
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    command -v apt-get >/dev/null || die "missing: ${missing[*]}; install them with your package manager"
    local sudo=()
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || die "missing packages: ${missing[*]}; run as root, or install sudo"
        sudo=(sudo)
    fi
    say "installing ${missing[*]}"
    "${sudo[@]}" apt-get update -qq || die "apt-get update failed"
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 ||
        die "these packages could not be installed: ${missing[*]}"
}

# Unpacks below dist/packages, and does not install, the package of a "/file=package" pair whose file is missing. Where that
# cannot be done, what needs it is not tested, and says so.
unpack_missing() {
    local file=${1%%=*} package=${1#*=} to=$PWD/dist/packages
    [ -e "$file" ] || [ -e "$to$file" ] || [ -e "$to${file#/usr}" ] && return 0
    command -v apt-get >/dev/null || return 0
    say "unpacking $package"
    mkdir -p "$to"
    (cd "$to" && apt-get download -qq "$package" && dpkg -x "$package"_*.deb . && rm "$package"_*.deb) >&2 || true
}

set_up() {
    install_missing mvn=maven ip=iproute2 nft=nftables wg=wireguard-tools wireguard-go=wireguard-go \
        conntrack=conntrack "/usr/lib/*/libnftables.so.1=libnftables1" setsid=util-linux sysctl=procps \
        ping=iputils-ping curl=curl "/usr/lib/*/faketime/libfaketime.so.1=faketime"
    if ! find_jdk; then
        # in a subshell, since a distribution without the package is no error of its own
        (install_missing "/usr/lib/jvm/java-25-openjdk-*=openjdk-25-jdk-headless") 2>/dev/null || true
        find_jdk || die "needs a JDK 25, and this distribution has no package openjdk-25-jdk-headless: get one from https://adoptium.net and set JAVA_HOME to it"
    fi
}

# Runs the rest of the script as root, since namespaces need it; what it builds is given back to the caller.
as_root() {
    [ "$(id -u)" = 0 ] && return 0
    command -v sudo >/dev/null || die "network namespaces need root: run as root, or install sudo"
    exec sudo --preserve-env=JAVA_HOME,NO_COLOR,CI "$PWD/${0##*/}" "$@"
}

give_back() {
    [ -z "${SUDO_UID:-}" ] || chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" dist ./*/target target 2>/dev/null || true
}

maven() { mvn -B -ntp "$@"; }

# Whether the image is older than any source.
image_is_stale() {
    [ ! -e dist/image/.complete ] || [ -n "$(find . -path ./dist -prune -o -path '*/target' -prune -o \
        \( -name '*.java' -o -name pom.xml -o -path './packaging/*' -o -path '*/src/main/resources/*' \) \
        -newer dist/image/.complete -print -quit)" ]
}

# dist/image (the product) and dist/lab (the lab) as the sources stand.
build_image() {
    if image_is_stale; then
        say "building (once after every change)"
        # what goes to standard output is for a program; even a quiet Maven writes two escape sequences
        {
            maven -q -DskipTests -Dspotless.check.skip package || die "the build failed"
            packaging/image
        } >&2
        give_back
    fi
}
