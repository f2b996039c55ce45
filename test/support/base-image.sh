#!/usr/bin/env bash
# Makes the root of a base image out of this machine's own Node, npm and a few programs, each with the libraries that it loads.
#   base-image.sh FOLDER
set -euo pipefail
root=$1
mkdir -p "$root"/{bin,etc,lib64,tmp,usr/bin,usr/lib/node_modules}
chmod 1777 "$root/tmp"
for program in sh bash cat chown cp grep ldd mkdir node readlink xargs env uname; do
  file=$(readlink -f "$(command -v "$program")")
  cp "$file" "$root/bin/$program"
  ldd "$file" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
    [ -e "$root$library" ] || cp -L --parents "$library" "$root"
  done || true
done
ln -s ../../bin/env "$root/usr/bin/env"
cp -rL "$(npm root --global)/npm" "$root/usr/lib/node_modules/npm"
printf '#!/bin/sh\nexec /bin/node /usr/lib/node_modules/npm/bin/npm-cli.js "$@"\n' >"$root/bin/npm"
chmod 755 "$root/bin/npm"
# How packages are had on this machine.
settings=$(npm config get userconfig)
if [ -f "$settings" ]; then cp "$settings" "$root/etc/npmrc"; else touch "$root/etc/npmrc"; fi
if [ -f "${NODE_EXTRA_CA_CERTS:-}" ]; then cp -L "$NODE_EXTRA_CA_CERTS" "$root/etc/more-ca.pem"; else touch "$root/etc/more-ca.pem"; fi
