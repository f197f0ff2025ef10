import type { zh } from './refusals'

export default {
  generic: { head: 'Not saved.', rest: 'What you wrote is still here; press again.' },
  byCode: {
    unreachable: { head: 'No connection.', rest: 'The network dropped; it is not your fault. What you wrote is still here; press again.' },
    unavailable: { head: 'Not saved.', rest: 'The server is busy. What you wrote is still here; press again in a while.' },
    internal: { head: 'Not saved.', rest: 'Something went wrong on our side. What you wrote is still here; press again in a while.' },
    session_ended: { head: 'Please sign in again.', rest: 'What you wrote is still here; press again afterwards.' },
    unauthenticated: { head: 'Please sign in again.', rest: 'What you wrote is still here; press again afterwards.' },
    too_many_attempts: { head: 'Too many tries.', rest: 'Please wait a while before the next one.' },
    stale: { head: 'Someone has just changed this.', rest: 'Look at it as it is now, then decide.' },
    invalid: { head: 'A few things to fix.', rest: 'Change them and press again; the rest is kept.' },
    quantity_exceeds_remaining: { head: 'Someone has just taken this share.', rest: 'See how many are left, or look at similar wishes?' },
    wish_not_open: { head: 'This wish can no longer be claimed.', rest: 'Other lamps on the wall are waiting.' },
    already_claimed: { head: 'You have claimed this wish already.', rest: 'You find it under My claims.' },
    outside_audience: { head: 'For now this wish is looking close to home.', rest: 'When it goes up a level, you can claim it.' },
    wrong_code: { head: 'That is not the code.', rest: 'Ask them to look at the six digits on the card once more.' },
    code_locked: { head: 'Too many wrong codes, so it is locked.', rest: 'Ask the community to call the resident; it counts just the same.' },
    totp_required: { head: 'Sign in with a one-time code first.', rest: 'Set it up if you have not; if you have, sign out and in again.' },
    findings_unresolved: { head: 'The public text still holds what would tell whose wish it is.', rest: 'Send it back to be rewritten, or say for each why it does no harm.' },
    own_delivery: { head: 'Nobody confirms their own delivery.', rest: 'The resident says the code, or the community calls.' },
  },
} satisfies typeof zh
