/*
 * TeX's commands by name: which print a letter, put an accent on one, hold letters in their braces, or
 * are known to print none. Source: The TeXbook, chapters 9 and 17 and appendix F; LaTeX's encodings
 * T1 and OT1, and the font commands of its kernel and of amsmath.
 */
#include "tex_name.h"

#include <stdlib.h>
#include <string.h>

#include <tamis/status.h>

struct row {
	const char *name;
	enum tex_kind kind;
	const char *printed;
	int32_t mark;
};

/* short, for the table */
#define LETTER TEX_LETTER
#define GREEK TEX_GREEK
#define ACCENT TEX_ACCENT
#define HOLDER TEX_HOLDER
#define STYLE TEX_STYLE
#define SILENT TEX_SILENT
#define SIGN TEX_SIGN

/* In byte order. Of two forms of a Greek letter, that is printed which Unicode folds both to. */
/* clang-format off */
static const struct row rows[] = {
	{ "AA", LETTER, "Å" }, { "AE", LETTER, "Æ" }, { "Alpha", GREEK, "Α" },
	{ "Beta", GREEK, "Β" }, { "BibTeX", GREEK, "BibTeX" }, { "Chi", GREEK, "Χ" },
	{ "Cref", SILENT }, { "DH", LETTER, "Ð" }, { "DJ", LETTER, "Đ" },
	{ "Delta", GREEK, "Δ" }, { "Epsilon", GREEK, "Ε" }, { "Eta", GREEK, "Η" },
	{ "Gamma", GREEK, "Γ" }, { "H", ACCENT, NULL, 0x30B }, { "Huge", STYLE },
	{ "Im", GREEK, "ℑ" }, { "Iota", GREEK, "Ι" }, { "Kappa", GREEK, "Κ" },
	{ "L", LETTER, "Ł" }, { "LARGE", STYLE }, { "LaTeX", GREEK, "LaTeX" },
	{ "Lambda", GREEK, "Λ" }, { "Large", STYLE }, { "Mu", GREEK, "Μ" },
	{ "NG", LETTER, "Ŋ" }, { "Nu", GREEK, "Ν" }, { "O", LETTER, "Ø" },
	{ "OE", LETTER, "Œ" }, { "Omega", GREEK, "Ω" }, { "Omicron", GREEK, "Ο" },
	{ "P", SIGN }, { "Phi", GREEK, "Φ" }, { "Pi", GREEK, "Π" }, { "Psi", GREEK, "Ψ" },
	{ "Re", GREEK, "ℜ" }, { "Rho", GREEK, "Ρ" }, { "Rightarrow", SIGN }, { "S", SIGN },
	{ "SS", LETTER, "SS" }, { "Sigma", GREEK, "Σ" }, { "TH", LETTER, "Þ" },
	{ "Tau", GREEK, "Τ" }, { "TeX", GREEK, "TeX" }, { "Theta", GREEK, "Θ" },
	{ "Upsilon", GREEK, "Υ" }, { "Xi", GREEK, "Ξ" }, { "Zeta", GREEK, "Ζ" },
	{ "aa", LETTER, "å" }, { "acute", HOLDER }, { "ae", LETTER, "æ" },
	{ "aleph", GREEK, "ℵ" }, { "alpha", GREEK, "α" }, { "approx", SIGN }, { "ast", SIGN },
	{ "autoref", SILENT }, { "b", ACCENT, NULL, 0x331 }, { "bar", HOLDER },
	{ "begin", SILENT }, { "beta", GREEK, "β" }, { "beth", GREEK, "ℶ" }, { "bf", STYLE },
	{ "bfseries", STYLE }, { "bibliography", SILENT }, { "bibliographystyle", SILENT },
	{ "bm", HOLDER }, { "boldmath", STYLE }, { "boldsymbol", HOLDER }, { "breve", HOLDER },
	{ "c", ACCENT, NULL, 0x327 }, { "cal", STYLE }, { "cap", SIGN }, { "cdot", SIGN },
	{ "cdots", SIGN }, { "check", HOLDER }, { "chi", GREEK, "χ" }, { "circ", SIGN },
	{ "cite", SILENT }, { "citealp", SILENT }, { "citealt", SILENT },
	{ "citeauthor", SILENT }, { "citep", SILENT }, { "citet", SILENT },
	{ "citeyear", SILENT }, { "color", SILENT }, { "colorbox", SILENT },
	{ "copyright", SIGN }, { "cref", SILENT }, { "cup", SIGN },
	{ "d", ACCENT, NULL, 0x323 }, { "dag", SIGN }, { "dagger", SIGN }, { "ddag", SIGN },
	{ "ddot", HOLDER }, { "deg", SIGN }, { "degree", SIGN }, { "delta", GREEK, "δ" },
	{ "dh", LETTER, "ð" }, { "digamma", GREEK, "ϝ" }, { "displaystyle", STYLE },
	{ "dj", LETTER, "đ" }, { "documentclass", SILENT }, { "dot", HOLDER },
	{ "dots", SIGN }, { "ell", GREEK, "ℓ" }, { "em", STYLE }, { "emph", HOLDER },
	{ "end", SILENT }, { "ensuremath", HOLDER }, { "epsilon", GREEK, "ε" },
	{ "eqref", SILENT }, { "equiv", SIGN }, { "eta", GREEK, "η" }, { "footnote", SIGN },
	{ "footnotemark", SIGN }, { "footnotesize", STYLE }, { "gamma", GREEK, "γ" },
	{ "ge", SIGN }, { "geq", SIGN }, { "grave", HOLDER }, { "hat", HOLDER },
	{ "hbar", GREEK, "ħ" }, { "hbox", HOLDER }, { "href", SIGN }, { "hspace", SILENT },
	{ "huge", STYLE }, { "i", LETTER, "ı" }, { "imath", GREEK, "ı" }, { "in", SIGN },
	{ "include", SILENT }, { "includegraphics", SILENT }, { "infty", SIGN },
	{ "input", SILENT }, { "iota", GREEK, "ι" }, { "it", STYLE }, { "item", SIGN },
	{ "itshape", STYLE }, { "j", LETTER, "ȷ" }, { "jmath", GREEK, "ȷ" },
	{ "k", ACCENT, NULL, 0x328 }, { "kappa", GREEK, "κ" }, { "l", LETTER, "ł" },
	{ "label", SILENT }, { "lambda", GREEK, "λ" }, { "large", STYLE }, { "ldots", SIGN },
	{ "le", SIGN }, { "left", STYLE }, { "leftarrow", SIGN }, { "leq", SIGN },
	{ "limits", STYLE }, { "linebreak", SIGN }, { "lowercase", HOLDER },
	{ "mapsto", SIGN }, { "mbox", HOLDER }, { "mdseries", STYLE }, { "mid", SIGN },
	{ "mp", SIGN }, { "mu", GREEK, "μ" }, { "ne", SIGN }, { "neq", SIGN },
	{ "newline", SIGN }, { "ng", LETTER, "ŋ" }, { "nocite", SILENT },
	{ "noindent", STYLE }, { "nolimits", STYLE }, { "normalsize", STYLE },
	{ "nu", GREEK, "ν" }, { "o", LETTER, "ø" }, { "oe", LETTER, "œ" },
	{ "omega", GREEK, "ω" }, { "omicron", GREEK, "ο" }, { "operatorname", HOLDER },
	{ "overline", HOLDER }, { "pageref", SILENT }, { "par", SIGN },
	{ "parencite", SILENT }, { "percent", SIGN }, { "phi", GREEK, "φ" },
	{ "pi", GREEK, "π" }, { "pm", SIGN }, { "prime", SIGN }, { "protect", STYLE },
	{ "psi", GREEK, "ψ" }, { "qquad", SIGN }, { "quad", SIGN },
	{ "r", ACCENT, NULL, 0x30A }, { "ref", SILENT }, { "relax", STYLE },
	{ "rho", GREEK, "ρ" }, { "right", STYLE }, { "rightarrow", SIGN }, { "rm", STYLE },
	{ "rmfamily", STYLE }, { "sc", STYLE }, { "scriptsize", STYLE },
	{ "scriptstyle", STYLE }, { "scshape", STYLE }, { "sf", STYLE }, { "sffamily", STYLE },
	{ "sigma", GREEK, "σ" }, { "sim", SIGN }, { "sl", STYLE }, { "slshape", STYLE },
	{ "small", STYLE }, { "ss", LETTER, "ß" }, { "star", SIGN }, { "subset", SIGN },
	{ "t", ACCENT, NULL, 0x361 }, { "tau", GREEK, "τ" }, { "textcite", SILENT },
	{ "textcolor", SILENT }, { "textit", HOLDER }, { "textregistered", SIGN },
	{ "textstyle", STYLE }, { "texttrademark", SIGN }, { "th", LETTER, "þ" },
	{ "thanks", SIGN }, { "theta", GREEK, "θ" }, { "tilde", HOLDER }, { "times", SIGN },
	{ "tiny", STYLE }, { "to", SIGN }, { "tt", STYLE }, { "ttfamily", STYLE },
	{ "u", ACCENT, NULL, 0x306 }, { "uline", HOLDER }, { "unboldmath", STYLE },
	{ "underline", HOLDER }, { "uppercase", HOLDER }, { "upshape", STYLE },
	{ "upsilon", GREEK, "υ" }, { "url", SIGN }, { "usepackage", SILENT },
	{ "v", ACCENT, NULL, 0x30C }, { "varDelta", GREEK, "Δ" }, { "varGamma", GREEK, "Γ" },
	{ "varLambda", GREEK, "Λ" }, { "varOmega", GREEK, "Ω" }, { "varPhi", GREEK, "Φ" },
	{ "varPi", GREEK, "Π" }, { "varPsi", GREEK, "Ψ" }, { "varSigma", GREEK, "Σ" },
	{ "varTheta", GREEK, "Θ" }, { "varUpsilon", GREEK, "Υ" }, { "varXi", GREEK, "Ξ" },
	{ "varepsilon", GREEK, "ε" }, { "varkappa", GREEK, "κ" }, { "varphi", GREEK, "φ" },
	{ "varpi", GREEK, "π" }, { "varrho", GREEK, "ρ" }, { "varsigma", GREEK, "σ" },
	{ "vartheta", GREEK, "θ" }, { "vec", HOLDER }, { "vee", SIGN }, { "vspace", SILENT },
	{ "wedge", SIGN }, { "widehat", HOLDER }, { "widetilde", HOLDER },
	{ "xi", GREEK, "ξ" }, { "xspace", SIGN }, { "zeta", GREEK, "ζ" },
};
/* clang-format on */

static int by_name(const void *key, const void *row)
{
	const struct tms_str *name = key;
	const char *listed = ((const struct row *)row)->name;
	int order = strncmp(name->ptr, listed, name->len);

	return order != 0 ? order : listed[name->len] == '\0' ? 0 : -1;
}

static struct tex_command of_row(const struct row *row)
{
	return (struct tex_command){ row->kind, tms_str_from(row->printed ? row->printed : ""),
		row->mark };
}

static const struct row *find(struct tms_str name)
{
	return name.len > 0 ? bsearch(&name, rows, TMS_COUNT(rows), sizeof(rows[0]), by_name)
			    : NULL;
}

struct tex_command tex_command_find(struct tms_str name)
{
	const struct row *row = find(name);

	if (row)
		return of_row(row);
	if (!tms_str_starts(name, TMS_STR("text")) && !tms_str_starts(name, TMS_STR("math")))
		return (struct tex_command){ .kind = TEX_UNKNOWN };
	row = find(tms_str_slice(name, strlen("text"), name.len)); /* \textmu, \textbeta */
	return row && row->kind == TEX_GREEK ? of_row(row)
					     : (struct tex_command){ .kind = TEX_HOLDER };
}

int32_t tex_accent_of(char sign)
{
	switch (sign) {
	case '"':
		return 0x308;
	case '\'':
		return 0x301;
	case '`':
		return 0x300;
	case '^':
		return 0x302;
	case '~':
		return 0x303;
	case '=':
		return 0x304;
	case '.':
		return 0x307;
	default:
		return 0;
	}
}
