/** A code as people type it, without the gaps in which it is shown: six digits, or one of those kept on paper. */
export const codeOf = (typed: string): string => typed.replace(/[\s·]+/g, '')

/** The secret in groups of four, for typing it into a telephone. */
export const inGroups = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ')
