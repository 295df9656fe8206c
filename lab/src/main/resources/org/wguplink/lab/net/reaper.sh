# Removes one lab: its processes, its network namespaces, its directory.
# Arguments: the lab's name, its directory. Waits for a word on stdin: "keep" leaves the lab alone, "close" removes it.
# Anything else, and the end of file when the owner died, may come half-way through building: look until it is quiet.
trap '' INT TERM HUP
lab=$1
dir=$2
word=
read -r word
[ "$word" = keep ] && exit 0

spaces() {
    ip netns list | while read -r name _; do
        case $name in "$lab"-*) echo "$name" ;; esac
    done
}

remove() {
    for _ in $(seq 40); do
        pids=$(for ns in $(spaces); do ip netns pids "$ns"; done)
        [ -z "$pids" ] && break
        kill -9 $pids 2>/dev/null
        sleep 0.02
    done
    spaces | sed 's/^/netns del /' | ip -force -batch - 2>/dev/null
}

remove
if [ "$word" != close ]; then
    quiet=0
    while [ "$quiet" -lt 3 ]; do
        sleep 0.2
        if [ -z "$(spaces)" ]; then
            quiet=$((quiet + 1))
        else
            quiet=0
            remove
        fi
    done
fi
rm -rf -- "$dir"
