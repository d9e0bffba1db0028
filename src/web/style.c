/* /style.css: the one style sheet. */
#include "web/web_private.h"

/* One column that reads well on a telephone; follows the reader's light or dark setting. */
static const char style[] =
	":root{color-scheme:light dark;--ink:#1c1b19;--soft:#5f5b55;--line:#ddd8cf;--paper:#fbfaf7;--box:#fff;"
	"--accent:#8a3b12;--good:#2c6e49;--bad:#a02c2c;--mark:#fbe7a1}\n"
	"@media(prefers-color-scheme:dark){:root{--ink:#ece8e1;--soft:#a8a29a;--line:#3a3733;--paper:#191816;"
	"--box:#211f1d;--accent:#f0a070;--good:#7cc79b;--bad:#f08a8a;--mark:#5b4a12}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}\n"
	"main{max-width:46rem;margin:0 auto;padding:1.25rem 1rem 3rem}\n"
	"h1{font-size:1.6rem;margin:.5rem 0 0}\n"
	"h2{font-size:1.15rem;margin:2rem 0 .5rem}\n"
	"p{margin:.4rem 0}\n"
	".lead,.soft{color:var(--soft)}\n"
	"a{color:var(--accent)}\n"
	"ul{list-style:none;margin:0;padding:0}\n"
	"li{border-top:1px solid var(--line);padding:.6rem 0}\n"
	"li:last-child{border-bottom:1px solid var(--line)}\n"
	".well::before,.ill::before{content:\"\";display:inline-block;width:.6em;height:.6em;border-radius:50%;"
	"margin-right:.5em;background:var(--good)}\n"
	".ill::before{background:var(--bad)}\n"
	"form{display:grid;gap:.75rem;background:var(--box);border:1px solid var(--line);border-radius:.5rem;"
	"padding:1rem}\n"
	"label{display:grid;gap:.25rem;font-weight:600}\n"
	"label.choice{display:flex;gap:.5rem;align-items:center;font-weight:400}\n"
	"fieldset{border:0;margin:0;padding:0}legend{font-weight:600;padding:0}\n"
	"input,textarea{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);"
	"border-radius:.35rem;padding:.5rem;width:100%;font-weight:400}\n"
	"select{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:.35rem;"
	"padding:.35rem}\n"
	"input[type=checkbox]{width:auto}\n"
	"textarea,code,pre{font-family:ui-monospace,monospace;font-size:.95em}\n"
	"button{font:inherit;font-weight:600;color:#fff;background:#8a3b12;border:0;border-radius:.35rem;"
	"padding:.6rem 1rem;justify-self:start;cursor:pointer}\n"
	":focus-visible{outline:3px solid var(--accent);outline-offset:2px}\n"
	".address{display:block;margin-bottom:.8rem;overflow-wrap:anywhere;background:var(--box);border:1px solid var(--line);"
	"border-radius:.35rem;padding:.6rem}\n"
	".error{background:var(--box);border:1px solid var(--bad);border-radius:.35rem;padding:.3rem .6rem;"
	"margin:1rem 0;overflow-wrap:anywhere}\n"
	"pre{overflow-x:auto;margin:.4rem 0}\n"
	".note{background:var(--box);border:1px solid var(--line);border-left:.3rem solid var(--accent);"
	"border-radius:.35rem;padding:.3rem .6rem;margin:.6rem 0;overflow-wrap:anywhere}\n"
	".cures li{border:0;padding:.15rem 0}\n"
	".why{display:block;color:var(--soft);font-size:.9em;overflow-wrap:anywhere}\n"
	".title{overflow-wrap:anywhere}\n"
	".ladder{border-collapse:collapse;min-width:min(100%,24rem);margin:.8rem 0;font-size:.95em}\n"
	".ladder caption{text-align:left;padding-bottom:.25rem;overflow-wrap:anywhere}\n"
	".ladder th,.ladder td{text-align:left;font-weight:400;padding:.25rem 1.2rem .25rem 0;"
	"border-top:1px solid var(--line)}\n"
	".ladder td,.ladder th+th{text-align:right;font-variant-numeric:tabular-nums}\n"
	".ladder thead th{color:var(--soft);border-top:0}\n"
	".ladder [aria-current] th,.ladder [aria-current] td{font-weight:600}\n"
	".snip{display:block;font-size:.9em;overflow-wrap:anywhere}\n"
	"mark{background:var(--mark);color:inherit;border-radius:.15em;padding:0 .1em}\n"
	".title mark{padding:0}\n"
	".dropped .title{color:var(--soft)}\n"
	"footer{margin-top:2.5rem;color:var(--soft);font-size:.9em}\n";

void web_style(const struct web_call *call)
{
	const struct tms_str body = { style, sizeof(style) - 1 };
	const struct tms_answer answer = {
		.response = { .status = 200,
			.content_type = TMS_STR("text/css; charset=utf-8"),
			.cache_control = answer_cache_control(call->kept) },
		.pieces = &body,
		.piece_count = 1
	};

	(void)tms_exchange_answer(call->exchange, &answer);
}
