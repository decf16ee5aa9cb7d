#!/bin/sh
# Checks a running service from outside, with curl alone, and stops at the first wrong answer: deploy/smoke.sh [URL] [MODEL] [IMAGE]
# Without an image, a sample of the service itself is used. EXPLAIN_API_KEY holds the key, where the service asks for one; it
# needs the scopes explain, predict and models:read. Protocols are checked if the service's own API document has them.
set -eu

url=${1:-http://localhost:8080}
url=${url%/}
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
    got=$(curl -sS --max-time 60 -K "$work/curlrc" -D "$work/headers" -o "$output" -w '%{http_code}' "$@") || fail "no answer: $*"
    [ "$got" = "$expected" ] || fail "$got instead of $expected: $*: $(head -c 400 "$output")"
}

# holds FILE TEXT
holds() {
    grep -qF -- "$2" "$1" || fail "no $2 in the answer: $(head -c 400 "$1")"
}

# serves PATH: whether the document has it.
serves() {
    grep -qE "^  '?$(printf '%s' "$1" | sed 's/[{}]/\\&/g')'?:\$" "$work/openapi"
}

# A service may still be loading its models, but it must be there.
got=$(curl -s --max-time 10 -o "$work/live" -w '%{http_code}' "$url/healthz/live") || case $? in
    3) fail "$url is no address" ;;
    6) fail "$url: there is no such host" ;;
    7) fail "$url: nothing listens there" ;;
    *) fail "$url/healthz/live does not answer" ;;
esac
[ "$got" = 200 ] || fail "$got instead of 200: $url/healthz/live: is the service there?"

tries=0
until [ "$(curl -s -o "$work/ready" -w '%{http_code}' "$url/healthz/ready")" = 200 ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 60 ] || fail "not ready after a minute: $(cat "$work/ready" 2>/dev/null)"
    sleep 1
done
status 200 "$work/openapi" "$url/swagger/v1/swagger.yaml"
status 200 "$work/answer" "$url/healthz/live"

if [ $# -ge 3 ]; then
    cp "$3" "$work/image"
else
    status 200 "$work/samples" "$url/api/v1/samples"
    sample=$(sed 's/.*"file":"\([^"]*\)".*/\1/' "$work/samples")
    status 200 "$work/image" "$url/api/v1/samples/$sample"
fi
image=$(base64 < "$work/image" | tr -d '\n')

status 200 "$work/answer" "$url/api/v1/models"
holds "$work/answer" "\"name\":\"$model\""
status 200 "$work/heat.png" -F "image=@$work/image" "$url/api/v1/models/$model/explain"
[ "$(head -c 4 "$work/heat.png" | tail -c 3)" = PNG ] || fail "the answer is no PNG"
status 200 "$work/answer" -F "image=@$work/image" "$url/api/v1/models/$model/explain?format=json"
holds "$work/answer" '"explanations":[{'
status 200 "$work/answer" --data-binary "@$work/image" -H 'Content-Type: application/octet-stream' "$url/api/v1/models/$model/predict"
holds "$work/answer" '"predictions":[{'
status 400 "$work/answer" -F "image=@$work/image" "$url/api/v1/models/$model/explain?nothing=1"
holds "$work/answer" 'invalid-parameter"'
status 404 "$work/answer" -F "image=@$work/image" "$url/api/v1/models/no-such-model/explain"
holds "$work/answer" 'model-not-found"'
checked=native

if serves '/v1/models/{model}:explain'; then
    printf '{"instances":[{"image":{"b64":"%s"}}]}' "$image" > "$work/body"
    status 200 "$work/answer" "$url/v1/models"
    holds "$work/answer" "\"$model\""
    status 200 "$work/answer" "$url/v1/models/$model"
    holds "$work/answer" '"ready":true'
    status 200 "$work/answer" -H 'Content-Type: application/json' --data-binary "@$work/body" "$url/v1/models/$model:explain"
    holds "$work/answer" '"explanations":[{'
    status 200 "$work/answer" -H 'Content-Type: application/json' --data-binary "@$work/body" "$url/v1/models/$model:predict"
    holds "$work/answer" '"predictions":['
    status 404 "$work/answer" -H 'Content-Type: application/json' --data-binary "@$work/body" "$url/v1/models/no-such-model:explain"
    holds "$work/answer" '{"error":'
    checked="$checked, KServe V1"
fi

if serves '/v2/models/{model}/explain'; then
    status 200 "$work/answer" "$url/v2/health/live"
    status 200 "$work/answer" "$url/v2/health/ready"
    status 200 "$work/answer" "$url/v2"
    holds "$work/answer" '"extensions":['
    status 200 "$work/answer" "$url/v2/models/$model"
    holds "$work/answer" '"inputs":[{'
    status 200 "$work/answer" "$url/v2/models/$model/ready"
    status 400 "$work/answer" -H 'Content-Type: application/json' --data-binary '{"inputs":[]}' "$url/v2/models/$model/explain"
    holds "$work/answer" '{"error":'
    checked="$checked, Open Inference"
fi

if serves '/explanations/{model}'; then
    status 200 "$work/answer" "$url/ping"
    holds "$work/answer" '"Healthy"'
    status 200 "$work/answer" -F "data=@$work/image" "$url/explanations/$model"
    checked="$checked, TorchServe"
fi

if [ -n "${EXPLAIN_API_KEY:-}" ]; then
    got=$(curl -sS -o "$work/problem" -w '%{http_code}' "$url/api/v1/models")
    [ "$got" = 401 ] || fail "$got instead of 401 without the key"
fi

# A service may keep its metrics off or to itself; what it says must be metrics.
got=$(curl -sS --max-time 60 -K "$work/curlrc" -o "$work/answer" -w '%{http_code}' "$url/metrics")
case $got in
    200)
        holds "$work/answer" '# TYPE explain_requests_total counter'
        checked="$checked, metrics"
        ;;
    401 | 403 | 404) ;;
    *) fail "$got: $url/metrics" ;;
esac

echo "smoke: $url answers ($checked)"
