import type { zh } from './messages'

export default {
  why: {
    skill_match: () => 'has the skill',
    skill_missing: () => 'lacks the skill',
    same_place: () => 'of the same place',
    near: () => 'near',
    far: () => 'far away',
    in_region: () => 'where they like to go',
    out_of_region: () => 'not where they like to go',
    takes_kind: () => 'a kind they take',
    other_kind: () => 'not a kind they take',
    done_before: (n: string) => `${n} of this kind done before`,
    owes_days: (n: string) => `${n} wish days still owed`,
    free_hands: (n: string) => `can take ${n} more`,
    never_reached: () => 'a household never reached before',
    long_unreached: (n: string) => (n ? `a household not reached for ${n} months` : 'a household not reached for long'),
    waits_long: (n: string) => `waiting for ${n} days`,
  },
  between: ', ',
  forYou: (name: string) => `What suits ${name}`,
  forYouText: 'By skills, places and what was done before, and by who has waited for long.',
  best: 'Claimants that fit',
  choose: 'Choose',
  chosen: 'Chosen',
  hands: (held: string) => `${held} in hand`,
} satisfies typeof zh
