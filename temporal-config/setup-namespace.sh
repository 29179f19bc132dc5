#!/bin/sh
# Creates the namespace of Espalier's runs where it is missing, sets how long ended runs are kept, and adds the search
# attributes. May run any number of times. The temporal CLI reads TEMPORAL_ADDRESS.
set -eu

namespace="${TEMPORAL_NAMESPACE:-default}"
retention="${NAMESPACE_RETENTION:-168h}"

if ! temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1; then
  temporal operator namespace create --namespace "$namespace" --retention "$retention"
fi

# A cluster knows a new namespace everywhere only after some seconds.
tries=30
until temporal operator namespace update --namespace "$namespace" --retention "$retention"; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || exit 1
  sleep 1
done

# name:type
for attribute in EspalierStatus:Keyword EspalierOverridden:Bool EspalierRunner:Keyword; do
  temporal operator search-attribute create --namespace "$namespace" \
    --name "${attribute%%:*}" --type "${attribute##*:}"
done
