#!/usr/bin/env bash
# debian.sh venv|demo|test: install missing Debian packages when we may; otherwise say what will be unavailable.
set -uo pipefail
use=${1:-demo}

# package : a file that shows it is there : what it is for
rows_venv="python3-venv:-:the virtual environment"
rows_demo="iproute2:ip:the twin (network namespaces)
nftables:nft:loading and testing the firewall rules in the twin"
rows_test="$rows_demo
poppler-utils:pdfinfo:looking into generated PDF files
qpdf:qpdf:checking generated PDF files
libreoffice-writer-nogui:soffice:opening generated DOCX files
postgresql:-pg:the same store tests on PostgreSQL
iptables:iptables-save:iptables rules in the kernel
git:git:independent look at the history
snmpd:snmpd:a real SNMP agent for active discovery
gpg:gpg:signing test advisories
gpgv:gpgv:signatures of advisories"
case $use in venv) rows=$rows_venv ;; demo) rows=$rows_demo ;; test) rows=$rows_test ;; *) echo "debian.sh venv|demo|test" >&2; exit 2 ;; esac

present() {
  case $1 in
    -) return 1 ;;
    -pg) ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ;;
    *) PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1 ;;
  esac
}

missing=() ; reasons=()
while IFS=: read -r package file reason; do
  present "$file" || { missing+=("$package"); reasons+=("$package: $reason"); }
done <<< "$rows"
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Debian packages:"; printf '  %s\n' "${reasons[@]}"
  apt-get update -qq >/dev/null 2>&1
  if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/tmp/ninefold-apt.$$ 2>&1; then
    rm -f /tmp/ninefold-apt.$$; exit 0
  fi
  tail -5 /tmp/ninefold-apt.$$ >&2; rm -f /tmp/ninefold-apt.$$
fi
echo "Not available on this machine (install the package to get it):" >&2
printf '  %s\n' "${reasons[@]}" >&2
exit 0
