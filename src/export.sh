#!/bin/sh
# Make the library that others link: sh src/export.sh ARCHIVE OUTPUT
# One object of all in ARCHIVE, in which only names with tms_ are left to be seen, so that a private name of ours
# (xml_…, date_…) cannot meet one of whoever links it.
set -eu
archive=$1 output=$2
object=$output.o
rm -f "$output"
ld -r -o "$object" --whole-archive "$archive"
objcopy --wildcard --keep-global-symbol='tms_*' "$object"
ar rcs "$output" "$object"
rm -f "$object"
