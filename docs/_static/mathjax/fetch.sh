#!/usr/bin/env bash
# Writes tex-svg.js, the whole of MathJax that the site uses, so that formulas need no network. It needs npm.
set -euo pipefail
cd "$(dirname "$0")"
tar --extract --gzip --strip-components=1 --file "$(npm pack --silent mathjax@3.2.2)" package/LICENSE package/es5/tex-svg.js
mv es5/tex-svg.js .
rm -r es5 mathjax-3.2.2.tgz
