# Once a second pings a target by each device; three failures in a row make a device dead, three answers alive again. The
# first that lives gets the default route; the WAN's own route, of a higher metric, stays below.
# Arguments: a directory to write to, the target, the devices by preference with the WAN first, --, how to run fping.
directory=$1
target=$2
wan=$3
shift 2
devices=()
while [ "$1" != -- ]; do
    devices+=("$1")
    shift
done
shift
declare -A alive streak
for device in "${devices[@]}"; do alive[$device]=1 streak[$device]=0; done
used=$wan
while :; do
    for device in "${devices[@]}"; do
        { "$@" -q -c1 -t1000 -I "$device" "$target" >/dev/null 2>&1; echo $? >"$directory/ping.$device"; } &
    done
    wait
    best=
    for device in "${devices[@]}"; do
        read -r status <"$directory/ping.$device"
        answered=$((status == 0))
        if [ "$answered" = "${alive[$device]}" ]; then
            streak[$device]=0
        else
            streak[$device]=$((streak[$device] + 1))
        fi
        if [ "${streak[$device]}" -ge 3 ]; then
            alive[$device]=$answered streak[$device]=0
            echo "$device alive: $answered"
        fi
        if [ -z "$best" ] && [ "${alive[$device]}" = 1 ]; then best=$device; fi
    done
    if [ -n "$best" ] && [ "$best" != "$used" ]; then
        if [ "$best" = "$wan" ]; then ip route del default metric 10
        else ip route replace default dev "$best" metric 10; fi
        used=$best
        echo "the default route is by $used"
    fi
    sleep 1
done
