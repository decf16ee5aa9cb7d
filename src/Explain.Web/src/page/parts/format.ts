const smallest = 0.0001;

/** Numbers as people of the page's language read them. */
export function percent(share: number, language: string): string {
  if (share > 0 && share < smallest) return `< ${percent(smallest, language)}`;
  const digits = share > 0 && share < 0.01 ? 2 : share > 0.995 && share < 1 ? 1 : 0;
  return new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: digits }).format(share);
}

/** Raw values of maps and scores, with three digits that count. */
export function plain(value: number, language: string): string {
  const notation = value !== 0 && Math.abs(value) < 0.001 ? 'scientific' : 'standard';
  return new Intl.NumberFormat(language, { maximumSignificantDigits: 3, notation }).format(value);
}

export function whole(value: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(value);
}

/** Milliseconds, seconds or minutes: whichever is read most easily. */
export function duration(milliseconds: number, language: string): string {
  const [value, unit] =
    milliseconds < 1000
      ? [milliseconds, 'millisecond']
      : milliseconds < 120_000
        ? [milliseconds / 1000, 'second']
        : [milliseconds / 60_000, 'minute'];
  const digits = milliseconds < 10 || (milliseconds >= 1000 && milliseconds < 10_000) ? 1 : 0;
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(value);
}

export function bytes(value: number, language: string): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 }).format(value / 1_000_000);
}

/** What a class is called: its label up to the first of its synonyms, or its number. */
export function className(prediction: { readonly index: number; readonly label?: string | null }): string {
  return prediction.label?.split(',')[0]?.trim() || `#${prediction.index}`;
}
