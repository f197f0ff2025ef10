import { defineMessages } from '@/i18n'

export const zh = {
  why: {
    skill_match: () => '对得上专长',
    skill_missing: () => '没有要的专长',
    same_place: () => '就在本地',
    near: () => '离得近',
    far: () => '离得远',
    in_region: () => '在愿意去的地方',
    out_of_region: () => '不在愿意去的地方',
    takes_kind: () => '愿意接这一类',
    other_kind: () => '不是愿意接的类别',
    done_before: (n: string) => `办成过 ${n} 件这类的`,
    owes_days: (n: string) => `年度任务还差 ${n} 个心愿日`,
    free_hands: (n: string) => `还能接 ${n} 件`,
    never_reached: () => '这户还没有帮到过',
    long_unreached: (n: string) => (n ? `这户 ${n} 个月没有帮到了` : '这户很久没有帮到了'),
    waits_long: (n: string) => `等了 ${n} 天`,
  },
  between: '、',
  forYou: (name: string) => `合${name}手的`,
  forYouText: '看了您的专长、常去的地方、办过的事，也看了谁等得久。',
  best: '合适的认领方',
  choose: '就选这家',
  chosen: '已选',
  hands: (held: string) => `手上 ${held} 件`,
}

export const t = defineMessages(zh, () => import('./messages.en'))
