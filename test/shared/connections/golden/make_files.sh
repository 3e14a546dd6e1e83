#!/bin/sh
# Writes what Airflow itself exports after it has imported given-*.json: sh make_files.sh, with apache-airflow 3.3.2 on PATH.
set -eu
cd "$(dirname "$0")"
AIRFLOW_HOME=$(mktemp -d)
export AIRFLOW_HOME
airflow db migrate
for kind in variables connections; do airflow "$kind" import "given-$kind.json"; done
airflow variables export variables.json.txt
for format in json yaml env; do
  airflow connections export --file-format "$format" "connections.$format.txt"
done
rm -r "$AIRFLOW_HOME"
