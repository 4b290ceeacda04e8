# SPDX-License-Identifier: Apache-2.0
#
# Makes two C files of requirements.tsv: the enum of the ids (-v ids=FILE) and the rows of the table in the order of the
# enum (-v rows=FILE). A row that breaks a rule of the table is an error that names its line, so a wrong table does not build.
# POSIX awk; no output is left behind after an error, because the build deletes what a failed command wrote.

function fail(why) {
	printf("%s:%d: %s\n", FILENAME, FNR, why) > "/dev/stderr"
	failed = 1
	exit 1
}

# Makes a set of the words of @list.
function words(set, list,    n, i, w) {
	n = split(list, w, " ")
	for (i = 1; i <= n; i++)
		set[w[i]] = 1
}

function quote(s) {
	gsub(/["\\]/, "\\\\&", s)
	return "\"" s "\""
}

function upper(s) {
	s = toupper(s)
	gsub(/-/, "_", s)
	return s
}

function check_row() {
	if (NF != 8)
		fail("expected 8 fields, found " NF)
	if ($1 !~ /^[a-z0-9]+(-[a-z0-9]+)*$/)
		fail("id '" $1 "' is not kebab-case")
	if ($1 in seen)
		fail("id '" $1 "' stands in line " seen[$1] " already")
	if (!($2 in levels))
		fail("unknown level '" $2 "'")
	if (!($3 in documents))
		fail("unknown document '" $3 "'")
	if ($4 !~ /^[a-zA-Z0-9]+(-[a-zA-Z0-9]+)*$/)
		fail("anchor '" $4 "' is not one")
	if (!($5 in versions))
		fail("unknown version '" $5 "'")
	if (!($6 in subjects))
		fail("unknown subject '" $6 "'")
	if (!($7 in verifies))
		fail("unknown way to verify '" $7 "'")
	if (length($8) < 20 || $8 !~ /\.$/)
		fail("the statement is not a sentence")
	if ($0 ~ /[^\t -~]/)
		fail("a character outside of ASCII")
	seen[$1] = FNR
}

BEGIN {
	FS = "\t"
	words(levels, "MUST MUST_NOT REQUIRED SHOULD SHOULD_NOT MAY OPTIONAL")
	words(documents, "bundle.md config.md config-linux.md features.md features-linux.md glossary.md runtime.md runtime-linux.md")
	words(versions, "1.0 1.1 1.2 1.3")
	words(subjects, "runtime config bundle hook caller")
	words(verifies, "static negative inside outside none")
	head = "/* SPDX-License-Identifier: Apache-2.0 */\n/* Made by specs/catalogue/generate.awk of requirements.tsv. */"
	print head > ids
	print "#ifndef REQ_IDS_H\n#define REQ_IDS_H\n\nenum req {\n\tREQ_NONE = 0," > ids
	print head > rows
}

FNR == 1 {
	if ($0 != "id\tlevel\tdocument\tanchor\tsince\tsubject\tverify\tstatement")
		fail("the first line does not name the columns")
	next
}

{
	check_row()
	printf("\tREQ_%s,\n", upper($1)) > ids
	printf("\t[REQ_%s] = { %s, %s, %s, %s, %s, %s, %s, %s, LEVEL_%s, SUBJECT_%s, VERIFY_%s, %d },\n",
	       upper($1), quote($1), quote($2), quote($3), quote($4), quote($5), quote($6), quote($7), quote($8),
	       $2, toupper($6), toupper($7), substr($5, 3)) > rows
	count++
}

END {
	if (failed)
		exit 1
	if (count == 0)
		fail("no requirement")
	print "\tREQ_COUNT\n};\n\n#endif" > ids
}
