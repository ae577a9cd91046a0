/* Where the programs find what belongs to them: definitions, the page, each other. In a source tree (the
 * program lies below TREE/build/) from there, otherwise below the PREFIX that it was installed to. */
#ifndef UTIL_PATHS_H
#define UTIL_PATHS_H

#include <stddef.h>

#define PATHS_MAX 1024

#define PATHS_OWN_VEHICLES "/etc/garaged/vehicles.d" /* the owner's definitions: they win */
#define PATHS_DATA         "/usr/share/garaged"
#define PATHS_LIBEXEC      "/usr/libexec/garaged"

/* The folders of vehicle definitions for definition_find(), the owner's first, colon between them. `data`
 * (--data) is a folder with vehicles/ in it, NULL: find it. */
void paths_vehicles(char *paths, size_t size, const char *data);

/* The folder of the page: DATA/web, TREE/build/web or PREFIX/share/garaged/web. */
void paths_web(char *path, size_t size, const char *data);

/* Another program of ours ("garaged-car"): beside this one if it is there, else in /usr/libexec/garaged. */
void paths_program(char *path, size_t size, const char *name);

#endif
