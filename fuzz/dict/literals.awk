# SPDX-License-Identifier: Apache-2.0
# literals.awk SOURCE...: the string literals of C sources as a libFuzzer dictionary: words that a reader compares with, and names of options, which also come as they are
# written on a command line. Left out are formats, and what is a sentence: two words of small letters, if no capital begins them.
function word(w) {
	if (length(w) >= 2 && length(w) <= 40 && !(w in seen)) {
		seen[w] = 1
		printf "\"%s\"\n", w
	}
}

# literal TEXT AFTER: TEXT stands between the quotes, AFTER behind them.
function literal(text, after, plain) {
	plain = text
	gsub(/\\\\|\\"/, "", plain)
	if (text ~ /%/ || text !~ /^[A-Z]/ && text ~ /[a-z] [a-z]/)
		return
	# of the escapes of C a dictionary has but those for a quote and for itself
	gsub(/\\n/, "", plain)
	gsub(/\\t/, "", plain)
	if (plain ~ /\\/)
		return
	text = escapes(text)
	word(text)
	if (text ~ /^[a-z0-9][a-z0-9-]*$/ && after ~ /^,[^,]*,[ \t]*OPTION_|^,[ \t]*(no|required|optional)_argument/)
		word("--" text (after ~ /^,[^,]*,[ \t]*OPTION_FLAG|^,[ \t]*no_argument/ ? "" : "="))
}

function escapes(s, out, i, c) {
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "\\") {
			c = substr(s, ++i, 1)
			c = c == "n" ? "\\x0a" : c == "t" ? "\\x09" : "\\" c
		}
		out = out c
	}
	return out
}

FNR == 1 { comment = 0 }
/^#/ { next }
{
	# a comment begins with its line, in this house
	if (/^[ \t]*\/[*]/)
		comment = 1
	if (comment) {
		if (/[*]\//)
			comment = 0
		next
	}
	line = $0
	# a quote as a character is none
	gsub(/'\\?"'/, "0", line)
	while (match(line, /"([^"\\]|\\.)*"/)) {
		text = substr(line, RSTART + 1, RLENGTH - 2)
		line = substr(line, RSTART + RLENGTH)
		literal(text, line)
	}
}
