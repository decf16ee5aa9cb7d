#!/bin/sh
# Checks a running service from outside, with curl alone: deploy/smoke.sh [URL] [MODEL] [PICTURE]
# Without a picture, a sample of the service itself is used. EXPLAIN_API_KEY holds the key, where the service asks for one;
# it needs the scopes explain, predict and models:read.
set -eu

url=${1:-http://localhost:8080}
model=${2:-demo}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# In a file, not on the command line, which every user of the machine can read.
umask 077
printf 'header = "X-Api-Key: %s"\n' "${EXPLAIN_API_KEY:-}" > "$work/curlrc"

fail() {
    echo "smoke: $1" >&2
    exit 1
}

# status EXPECTED OUTPUT CURL-ARGUMENTS…
status() {
    expected=$1
    output=$2
    shift 2
    got=$(curl -sS -K "$work/curlrc" -o "$output" -w '%{http_code}' "$@") || fail "no answer: $*"
    [ "$got" = "$expected" ] || fail "$got instead of $expected: $*: $(head -c 400 "$output")"
}

tries=0
until [ "$(curl -s -o "$work/ready" -w '%{http_code}' "$url/healthz/ready")" = 200 ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || fail "not ready after a minute: $(cat "$work/ready" 2>/dev/null)"
    sleep 1
done

if [ $# -ge 3 ]; then
    cp "$3" "$work/picture"
else
    status 200 "$work/samples" "$url/api/v1/samples"
    sample=$(sed 's/.*"file":"\([^"]*\)".*/\1/' "$work/samples")
    status 200 "$work/picture" "$url/api/v1/samples/$sample"
fi

status 200 "$work/models" "$url/api/v1/models"
status 200 "$work/heat.png" -F "image=@$work/picture" "$url/api/v1/models/$model/explain"
[ "$(head -c 4 "$work/heat.png" | tail -c 3)" = PNG ] || fail "the answer is no PNG"
status 200 "$work/heat.json" -F "image=@$work/picture" "$url/api/v1/models/$model/explain?format=json"
grep -q '"explanations":\[{' "$work/heat.json" || fail "the JSON has no explanation"
status 200 "$work/predict.json" --data-binary "@$work/picture" -H 'Content-Type: application/octet-stream' "$url/api/v1/models/$model/predict"
status 400 "$work/problem" -F "image=@$work/picture" "$url/api/v1/models/$model/explain?nothing=1"
grep -q 'invalid-parameter"' "$work/problem" || fail "a wrong parameter is no problem document"
status 404 "$work/problem" -F "image=@$work/picture" "$url/api/v1/models/no-such-model/explain"
status 200 "$work/openapi" "$url/swagger/v1/swagger.yaml"
status 200 "$work/ready" "$url/v2/health/ready"
if [ -n "${EXPLAIN_API_KEY:-}" ]; then
    got=$(curl -sS -o "$work/problem" -w '%{http_code}' "$url/api/v1/models")
    [ "$got" = 401 ] || fail "$got instead of 401 without the key"
fi
echo "smoke: $url answers"
