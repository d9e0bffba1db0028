/* The stems of words that items have. */
#include "atom.h"

#include <libstemmer.h>

struct tms_str index_stem_of(struct index_atoms *atoms, struct tms_str form)
{
	if (!atoms->stemmer)
		atoms->stemmer = sb_stemmer_new("english", "UTF_8");
	if (!atoms->stemmer)
		return (struct tms_str){ 0 };
	const sb_symbol *stem =
		sb_stemmer_stem(atoms->stemmer, (const sb_symbol *)form.ptr, (int)form.len);
	if (!stem)
		return (struct tms_str){ 0 };
	return (struct tms_str){ (const char *)stem, (size_t)sb_stemmer_length(atoms->stemmer) };
}

void index_stemmer_free(struct index_atoms *atoms)
{
	sb_stemmer_delete(atoms->stemmer);
	atoms->stemmer = NULL;
}
