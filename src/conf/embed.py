"""Writes the recipes that come with Tamis as C: embed.py OUT RECIPE…"""
import os
import sys

out, *paths = sys.argv[1:]
names = sorted((os.path.basename(path)[: -len(".yaml")], path) for path in paths)
with open(out, "w", encoding="ascii") as file:
    file.write("/* Made by src/conf/embed.py of conf/recipes. */\n#include <tamis/recipe_file.h>\n\n")
    for number, (name, path) in enumerate(names):
        with open(path, "rb") as recipe:
            data = recipe.read()
        lines = [", ".join("%d" % byte for byte in data[i:i + 24]) for i in range(0, len(data), 24)]
        file.write("static const unsigned char recipe_%d[] = {\n\t%s\n};\n" % (number, ",\n\t".join(lines)))
    file.write("\nstatic const struct tms_recipe_shipped shipped[] = {\n")
    for number, (name, path) in enumerate(names):
        file.write('\t{ TMS_STR_INIT("%s"), { (const char *)recipe_%d, sizeof(recipe_%d) } },\n' % (name, number, number))
    file.write("};\n\nconst struct tms_recipe_shipped *tms_recipes_shipped(size_t *count)\n{\n"
               "\t*count = TMS_COUNT(shipped);\n\treturn shipped;\n}\n")
