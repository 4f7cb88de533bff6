#!/bin/sh
# Makes the token of the vectors anew, with an authority of its own that is forgotten afterwards.
# Needed only when entries 0 to 11 of story.py change. Run it in the repository root, then vectors/generate.py.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -c 'import sys; sys.path.insert(0, "vectors"); import story
sys.stdout.buffer.write(story.anchored_checkpoint())' >"$work/checkpoint"
cat >"$work/tsa.cnf" <<CONF
[req]
distinguished_name = name
x509_extensions = authority
prompt = no
[name]
CN = Authority of the vectors: proves no time
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[signer]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
serial = $work/serial
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha384, sha512
ess_cert_id_alg = sha256
accuracy = secs:1
CONF
cd "$work"
echo 01 >serial
ec="-algorithm EC -pkeyopt ec_paramgen_curve:P-256"
openssl genpkey $ec -out authority.key
openssl req -x509 -new -key authority.key -config tsa.cnf -days 36500 -out authority.pem
openssl genpkey $ec -out signer.key
openssl req -new -key signer.key -config tsa.cnf -subj "/CN=Time-stamps of the vectors" -out signer.csr
openssl x509 -req -in signer.csr -CA authority.pem -CAkey authority.key -set_serial 2 -days 36500 \
    -extfile tsa.cnf -extensions signer -out signer.pem
openssl ts -query -data checkpoint -sha512 -cert -out token.tsq
openssl ts -reply -queryfile token.tsq -config tsa.cnf -section tsa -signer signer.pem -inkey signer.key -out token.tsr
openssl ts -verify -queryfile token.tsq -in token.tsr -CAfile authority.pem
cd - >/dev/null
cp "$work/token.tsq" "$work/token.tsr" "$work/authority.pem" vectors/token/
