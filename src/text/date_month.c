/*
 * Names of months in the languages that feeds are written in. One line a language, January first,
 * as tms_fold leaves them; "|" stands behind the shortest form that counts ("jan|uar" is jan, janu
 * … januar), "/" between forms. English has its own table with everything else (date_word.c).
 */
#include "date_private.h"

#include <tamis/fold.h>

#define LONGEST_BYTES 40

static const char *const languages[] = {
	/* German */
	"jan|uar/jan|ner feb|ruar/feber mar|z/mrz apr|il mai jun|i jul|i aug|ust sep|tember okt|ober nov|ember dez|ember",
	/* French */
	"jan|vier fev|rier/fevr mars avr|il mai juin juil|let aou|t sep|tembre oct|obre nov|embre dec|embre",
	/* Spanish */
	"ene|ro feb|rero mar|zo abr|il may|o jun|io jul|io ago|sto sep|tiembre/set|iembre oct|ubre nov|iembre dic|iembre",
	/* Italian */
	"gen|naio feb|braio mar|zo apr|ile mag|gio giu|gno lug|lio ago|sto set|tembre ott|obre nov|embre dic|embre",
	/* Portuguese */
	"jan|eiro fev|ereiro mar|co abr|il mai|o jun|ho jul|ho ago|sto set|embro out|ubro nov|embro dez|embro",
	/* Dutch */
	"jan|uari feb|ruari maart/mrt apr|il mei jun|i jul|i aug|ustus sep|tember okt|ober nov|ember dec|ember",
	/* Swedish */
	"jan|uari feb|ruari mar|s apr|il maj jun|i jul|i aug|usti sep|tember okt|ober nov|ember dec|ember",
	/* Danish, Norwegian */
	"jan|uar feb|ruar mar|ts/mars apr|il maj/mai jun|i jul|i aug|ust sep|tember okt|ober nov|ember dec|ember/des|ember",
	/* Icelandic */
	"jan|uar feb|ruar mar|s apr|il mai jun|i jul|i agu|st sep|tember okt|ober nov|ember des|ember",
	/* Finnish */
	"tammi|kuuta helmi|kuuta maalis|kuuta huhti|kuuta touko|kuuta kesa|kuuta heina|kuuta elo|kuuta syys|kuuta loka|kuuta marras|kuuta joulu|kuuta",
	/* Hungarian */
	"jan|uar feb|ruar/febr|uar mar|cius apr|ilis maj|us jun|ius jul|ius aug|usztus sze|ptember okt|ober nov|ember dec|ember",
	/* Polish */
	"sty|cznia/sty|czen lut|ego/lut|y mar|ca/mar|zec kwi|etnia/kwi|ecien maj|a cze|rwca/cze|rwiec lip|ca/lip|iec sie|rpnia/sie|rpien wrz|esnia/wrz|esien paz|dziernika lis|topada gru|dnia/gru|dzien",
	/* Czech, Slovak */
	"led|na/led|en uno|ra/uno|r bre|zna/bre|zen dub|na/dub|en kve|tna/kve|ten cerv|na/cerv|en cervenec/cervence srp|na/srp|en zar|i rij|na/rij|en listopadu pros|ince/pros|inec",
	/* Romanian */
	"ian|uarie feb|ruarie mar|tie apr|ilie mai iun|ie iul|ie aug|ust sep|tembrie oct|ombrie noi|embrie dec|embrie",
	/* Turkish */
	"oca|k sub|at mar|t nis|an may|is haz|iran tem|muz agu|stos eyl|ul eki|m kas|im ara|lik",
	/* Catalan */
	"gen|er feb|rer marc abr|il maig juny jul|iol ago|st set|embre oct|ubre nov|embre des|embre",
	/* Indonesian */
	"jan|uari feb|ruari mar|et apr|il mei jun|i jul|i agu|stus/agt sep|tember okt|ober nov|ember des|ember",
	/* Greek */
	"ιαν|ουαριου/ιαν|ουαριοσ φεβ|ρουαριου/φεβ|ρουαριοσ μαρ|τιου/μαρ|τιοσ/μαω απρ|ιλιου/απρ|ιλιοσ μαι/μαι|ου/μαι|οσ ιουν|ιου/ιουν|ιοσ/ιον ιουλ|ιου/ιουλ|ιοσ/ιολ αυγ|ουστου/αυγ|ουστοσ σεπ|τεμβριου/σεπ|τεμβριοσ οκτ|ωβριου/οκτ|ωβριοσ νοε|μβριου/νοε|μβριοσ δεκ|εμβριου/δεκ|εμβριοσ",
	/* Russian */
	"янв|аря/янв|арь фев|раля/фев|раль мар|та/март апр|еля/апр|ель мая/маи июн|я/июнь июл|я/июль авг|уста сен|тября/сен|тябрь окт|ября/окт|ябрь ноя|бря/ноя|брь дек|абря/дек|абрь",
	/* Ukrainian */
	"січ|ня/січ|ень лют|ого/лют|ии бер|езня/бер|езень кві|тня/кві|тень тра|вня/тра|вень чер|вня/чер|вень лип|ня/лип|ень сер|пня/сер|пень вер|есня/вер|есень жов|тня/жов|тень лис|топада/лис|топад гру|дня/гру|день",
	/* Bulgarian */
	"яну|ари фев|руари март апр|ил маи юни юли авг|уст сеп|тември окт|омври ное|мври дек|ември",
};

/* Is the word `form` or shortened from it? */
static bool is_form(struct tms_str form, struct tms_str word)
{
	size_t least = tms_str_find_byte(form, '|', 0);

	if (least == SIZE_MAX)
		return tms_str_equal(form, word);
	struct tms_str rest = tms_str_slice(form, least + 1, form.len);
	return word.len >= least && tms_str_starts(word, tms_str_slice(form, 0, least)) &&
	       tms_str_starts(rest, tms_str_slice(word, least, word.len));
}

static int32_t month_in(struct tms_str language, struct tms_str word)
{
	struct tms_str month, form;

	for (int32_t number = 1; tms_str_split(&language, ' ', &month); number++)
		while (tms_str_split(&month, '/', &form))
			if (is_form(form, word))
				return number;
	return 0;
}

int32_t date_month_find(struct tms_str word)
{
	struct tms_buf folded = { .max = (size_t)16 * LONGEST_BYTES };
	int32_t month = 0;

	if (word.len < 3 || word.len > LONGEST_BYTES)
		return 0;
	tms_fold(&folded, word);
	if (folded.status == TMS_OK && folded.len > 0)
		for (size_t i = 0; i < TMS_COUNT(languages) && month == 0; i++)
			month = month_in(tms_str_from(languages[i]), tms_buf_str(&folded));
	tms_buf_free(&folded);
	return month;
}
