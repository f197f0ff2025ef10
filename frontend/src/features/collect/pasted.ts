import { blank, type CollectDraft } from './collectDraft'
import { blankPerson } from './person'
import { blankWish } from './wishDraft'

/** What one piece of a pasted chat seems to say: a proposal, read again by a person before anything is sent. */
export interface Told {
  name: string
  phone: string
  id_number: string
  address: string
  title: string
  /** All that was said, but for the numbers that have a field of their own. */
  details: string
}

const TIME = String.raw`(?:\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?|\d{1,2}[-/月]\d{1,2}日?|昨天|前天|星期[一二三四五六日])?\s*(?:凌晨|早上|上午|中午|下午|晚上)?\s*\d{1,2}:\d{2}(?::\d{2})?`
/** Who spoke and when, as WeChat and QQ write it above a message: “李四 10:23”, “李四(12345) 2026/11/23 10:23:05”, “李四:”. */
const SPEAKER = new RegExp(String.raw`^(?:.{1,30}?\s*(?:[（(]\d{5,11}[)）]|<[^>]+>)?\s+)?${TIME}$|^[^\s，。,：:]{1,20}[:：]$`)
/** What chats put between messages and what is no wish. */
const NOISE = /^(?:\[[^\]]+\]|#?接龙.*|[-—─=_\s]{3,}.*|.*撤回了一条消息|@\S+|以下为新消息|收到[!！。]?|好的?[!！。]?|谢谢.{0,4})$/
const NUMBERED = /^\s*[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:[)）、]|[.．](?!\d))\s*/

/** Full-width digits, letters and blanks as everybody else writes them; a reading in brackets beside its character goes. */
export const cleaned = (text: string): string =>
  text
    .replace(/[０-９Ａ-Ｚａ-ｚ]/g, (wide) => String.fromCodePoint((wide.codePointAt(0) ?? 0) - 0xfee0))
    .replace(/[\u3000\u00a0\t]+/g, ' ')
    .replace(/[\u200b-\u200d\ufeff]/g, '')
    .replace(/(?<=\p{Script=Han})[（(][a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ ]{1,8}[)）]/gu, '')

/** A pasted chat or list in pieces: by number where it is numbered, else by message, else by paragraph, else by line. */
export function pieces(text: string): string[] {
  const lines = cleaned(text).split(/\r?\n/).map((line) => line.trim())
  const spoken = lines.some((line) => SPEAKER.test(line))
  const said = lines.filter((line) => !NOISE.test(line) || line === '')
  const numbered = said.some((line) => NUMBERED.test(line))
  const byParagraph = said.some((line, at) => line === '' && at > 0 && at < said.length - 1)
  const found: string[][] = []
  let open = false
  for (const line of said) {
    const begins = NUMBERED.test(line)
    if (line === '' || SPEAKER.test(line)) open = false
    else if (begins || !open || !(spoken || numbered || byParagraph)) {
      found.push([line.replace(NUMBERED, '')])
      open = true
    } else found.at(-1)?.push(line)
  }
  return found.map((piece) => piece.join('\n').trim()).filter((piece) => piece.length > 1)
}

const PHONE = /(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d(?:[- ]?\d{4}){2}|0\d{2,3}[- ]?\d{7,8})(?!\d)/
const IDENTITY = /(?<!\d)\d{17}[\dXx](?!\d)/
const LABELLED = /姓\s*名[:：]?\s*(\p{Script=Han}[\p{Script=Han}·]{0,11})/u
const LEADING = /^(\p{Script=Han}[\p{Script=Han}·]{1,3}?)(?=\s|[，,、;；:：（(。]|想|要|需|希望|盼|缺|家|男|女|$)/u
const PLACE = /(?:(?:住址|地址|住)[:：在]?\s*)?((?:(?:(?![住在到])\p{Script=Han}){1,8}(?:镇|乡|街道|社区|村|寨|组|路|巷|街))+(?:[\d一二三四五六七八九十]+(?:组|号|栋|幢|室|单元))*|[\d一二三四五六七八九十]{1,3}(?:组|栋|幢|队)(?:\d+(?:号|室))?)/u
const WANTED = /(?:微?心愿(?:是)?[:：]?|(?:很|最|特别|就|也|还)?(?:想要|想有|希望有|希望|需要|盼着|盼望|缺少|缺|想|求))\s*([^，。,；;！!？?\n]{2,})/
const NO_NAME = /^(?:大家|各位|我们|你们|他们|这个|今天|昨天|明天|村里|社区|收到|心愿|微心愿|老人|孩子)/

function nameIn(text: string): string {
  const name = (LABELLED.exec(text) ?? LEADING.exec(text))?.[1] ?? ''
  return NO_NAME.test(name) || /[村镇乡组]$/.test(name) ? '' : name
}

export function read(piece: string): Told {
  const [id_number = ''] = IDENTITY.exec(piece) ?? []
  const bare = piece.replace(IDENTITY, '')
  const phone = PHONE.exec(bare)?.[1]?.replaceAll(/[- ]/g, '') ?? ''
  const details = bare.replace(PHONE, '').replace(/(?:电话|手机|联系方式|身份证号?码?)[:：]?\s*(?=[，。,；;\s]|$)/g, '').replace(/[，,、；; ]{2,}/g, '，').replace(/^[，,、；; ]+|[，,、；; ]+$/g, '')
  const first = details.split(/[。！!？?\n]/)[0] ?? ''
  return {
    name: nameIn(piece),
    phone,
    id_number: id_number.toUpperCase(),
    address: PLACE.exec(details)?.[1] ?? '',
    title: (WANTED.exec(details)?.[0] ?? first).trim().slice(0, 60),
    details,
  }
}

export const readAll = (text: string): Told[] => pieces(text).map(read)

/** Longer than this nobody reads through on a telephone; what is beyond is left in the field. */
export const LONGEST = 20_000

/** The form with one of them in it. What was agreed to is asked of the resident: no chat can say that. */
export const filled = (told: Told, organisation: string): CollectDraft => ({
  ...blank(organisation),
  who: 'new',
  person: { ...blankPerson(), name: told.name, phone: told.phone, id_number: told.id_number, address: told.address },
  wish: { ...blankWish(), title: told.title, details: told.details.slice(0, 2000), channel: 'online', told_by: 'other' },
})
