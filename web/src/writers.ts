/* Intl's writers: making one takes a hundred times as long as writing, and a table writes a thousand days, so each is made
 * once. No language of its own: who asks names it. */

type Make<Options, Writer> = (locale: string | undefined, options: Options) => Writer;

/** `make`, which is asked once for the same. */
function kept<Options, Writer>(make: Make<Options, Writer>): Make<Options, Writer> {
  const writers = new Map<string, Writer>();
  return (locale, options) => {
    const key = `${locale} ${JSON.stringify(options)}`;
    const writer = writers.get(key) ?? make(locale, options);
    writers.set(key, writer);
    return writer;
  };
}

export const numberWriter = kept((locale, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options));
export const dateWriter = kept((locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options));
export const pluralRules = kept((locale, options: Intl.PluralRulesOptions) => new Intl.PluralRules(locale, options));
