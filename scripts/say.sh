# Sourced: tells whoever waits what is going on.

begun=$SECONDS

# step 2 5 "types" "about 30 s"
step() {
    printf '\n[%s/%s] %s (%s)\n' "$1" "$2" "$3" "$4"
}

finished() {
    printf '\n%s (%s s)\n' "$1" "$((SECONDS - begun))"
}

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}
