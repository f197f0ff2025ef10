import { defineMessages } from '@/i18n'
import { type ApiError, UNREACHABLE } from '@/api/error'

/** What we say ourselves to a refusal: what happened, that nothing is lost, what to do. Other codes use the server's words. */
export const zh = {
  generic: { head: '没存上。', rest: '您写的都在，再点一次就好。' },
  byCode: {
    unreachable: { head: '没连上。', rest: '网络断了一下，不是您的问题。您写的都在，再点一次就好。' },
    unavailable: { head: '没存上。', rest: '服务器正忙。您写的都在，过一会儿再点一次。' },
    internal: { head: '没存上。', rest: '我们这边出了错。您写的都在，过一会儿再点一次。' },
    session_ended: { head: '要重新登录。', rest: '您写的都在，登录后回来再点一次。' },
    unauthenticated: { head: '要重新登录。', rest: '您写的都在，登录后回来再点一次。' },
    too_many_attempts: { head: '试得太多了。', rest: '请过一会儿再试。' },
    stale: { head: '这一条刚刚有人改过。', rest: '看看新的样子，再决定要不要改。' },
    invalid: { head: '有几处要改。', rest: '改好再点一次，别处都留着。' },
    quantity_exceeds_remaining: { head: '这一份刚刚有人认领了。', rest: '看看还剩几份，或看看相近的？' },
    wish_not_open: { head: '这个心愿现在不能认领了。', rest: '墙上还有别的灯等人点。' },
    already_claimed: { head: '这个心愿您已经认领了。', rest: '在“我的认领”里看得到。' },
    outside_audience: { head: '这个心愿现在只在附近找人。', rest: '走到更高一级时，您就能认领。' },
    wrong_code: { head: '号码不对。', rest: '请她再看一眼心愿卡上的六位数。' },
    code_locked: { head: '号码试错太多次，先锁上了。', rest: '请社区打电话回访，一样算数。' },
    totp_required: { head: '要先用动态口令登录。', rest: '没有设过的，先设好；设好了的，退出再登录一次。' },
    findings_unresolved: { head: '公开的话里还有会让人认出来的地方。', rest: '退回去改写，或逐条写明为什么不要紧。' },
    own_delivery: { head: '自己送的，不能自己确认。', rest: '请她报号码，或由社区回访。' },
  },
}

export const refusals = defineMessages(zh, () => import('./refusals.en'))

export interface Said {
  head: string
  rest: string
}

export function sayRefusal(error: ApiError): Said {
  const known: Record<string, Said> = refusals.value.byCode
  const ours = known[error.code]
  if (ours) return ours
  if (error.code === UNREACHABLE || !error.detail) return refusals.value.generic
  return { head: error.detail, rest: '' }
}
