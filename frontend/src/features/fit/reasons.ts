import type { components } from '@/api/schema'
import { number } from '@/domain/format'
import { t } from './messages'

export type Reason = components['schemas']['FitReasonGiven']

/** Reasons in words, the weightiest first. One that this version does not know is left out. */
export const inWords = (reasons: readonly Reason[]): string =>
  reasons
    .flatMap(({ code, figure }) => {
      const say: ((figure: string) => string) | undefined = t.value.why[code]
      return say ? [say(figure == null ? '' : number(figure))] : []
    })
    .join(t.value.between)
