import { useQuery } from '@tanstack/vue-query'
import { computed, onBeforeUnmount, onMounted, reactive, ref, shallowRef, watch } from 'vue'
import { ApiError } from '@/api/error'
import { beneficiaryQuery } from '@/data/beneficiaries'
import { now } from '@/offline/clock'
import type { Item } from '@/offline/item'
import { openOutbox, outbox } from '@/offline/outbox'
import { PICKED } from '@/offline/shelf'
import { dropDraft, keepDraft, readDraft } from '@/session/drafts'
import { signOutsSoFar } from '@/session/wipe'
import { anotherOf, blank, check, type CollectDraft, isBlank, restored } from './collectDraft'
import { t } from './messages'
import { faultsOf, toItem } from './toItem'
import { usePicked } from './usePicked'
import { type Faults, stillWrong } from './wishDraft'

/** Under which name the tab keeps it: one that is put right does not take the place of one that was begun. */
const nameOf = (mends: string): string => (mends ? `mend-${mends}` : 'collect')
/** So long is an answer waited for before the page says that it will come later. */
const PATIENCE = 6_000

/** What became of what was written down. */
export interface Placed {
  id: string
  title: string
  state: 'sent' | 'waiting' | 'sign_in' | 'fix'
  /** Once it is on the server. */
  wish: string
  submitted: boolean
  why: string
}

/** Noting a wish: what is typed, kept in the tab; then in the outbox, which sends it at once where the server answers. */
export function useCollect(user: string, organisation: string) {
  const before = restored(readDraft(nameOf(''), user), organisation)
  const draft = reactive<CollectDraft>(before ?? blank(organisation))
  const { data: known } = useQuery(() => ({ ...beneficiaryQuery(draft.beneficiary), enabled: draft.who === 'known' && draft.beneficiary !== '' }))
  const wasKept = ref(before !== null && !isBlank(before))
  const faults = ref<Faults>({})
  /** What the server found; it stands until the server has looked again. */
  const said = ref<Faults>({})
  const refusal = shallowRef<ApiError | null>(null)
  const pending = ref(false)
  const placed = shallowRef<Placed | null>(null)
  const picked = usePicked(user, () => draft.mends || PICKED)

  const stopped = computed(() => pending.value || placed.value !== null)
  const keepNow = keepWhileTyping(user, draft, () => !stopped.value)
  watch([draft, known], () => {
    faults.value = stillWrong(faults.value, check(draft, known.value, now()))
  })

  /** Opens one of the outbox in the form, with what was wrong beside the fields. */
  async function take(id: string): Promise<void> {
    const box = await openOutbox(user)
    keepNow()
    await box.hold(id)
    const item = box.items.value.find((one) => one.id === id)
    if (!item?.trouble || item.wish !== null) return
    await show(item)
    const begun = restored(readDraft(nameOf(id), user), organisation)
    if (begun) Object.assign(draft, begun)
  }

  async function show({ id, form, trouble }: Item): Promise<void> {
    const opened = { ...(restored(form, organisation) ?? blank(organisation)), mends: id }
    // A resident who was refused is written anew.
    if (opened.who === 'same' && trouble?.at === 'person') opened.who = 'new'
    Object.assign(draft, opened)
    wasKept.value = false
    faults.value = {}
    said.value = trouble ? faultsOf(trouble) : {}
    refusal.value = trouble && trouble.at !== 'held' ? new ApiError(422, trouble.code, trouble.detail, trouble.errors) : null
    await picked.load()
  }

  async function send(andSubmit: boolean): Promise<void> {
    faults.value = check(draft, known.value, now())
    said.value = {}
    refusal.value = null
    if (pending.value || Object.keys(faults.value).length > 0) return
    pending.value = true
    try {
      const box = await openOutbox(user)
      const made = toItem(draft, known.value, andSubmit, picked.photos.value.map(({ id }) => id))
      const id = draft.mends || (await box.add(made))
      if (draft.mends && !(await box.mend(draft.mends, made))) {
        refusal.value = new ApiError(409, 'gone', t.value.gone)
        return
      }
      dropDraft(nameOf(draft.mends))
      await Promise.race([box.flush(), new Promise((late) => setTimeout(late, PATIENCE))])
      const item = box.items.value.find((one) => one.id === id)
      if (item?.trouble && item.wish === null) await show(item)
      else placed.value = { id, title: made.title, state: 'waiting', wish: '', submitted: false, why: '' }
    } catch (error) {
      refusal.value = new ApiError(0, 'unavailable', String(error))
    } finally {
      pending.value = false
    }
  }

  // What becomes of it is told for as long as the page shows it.
  watch(
    [placed, () => outbox.value?.items.value, () => outbox.value?.sent.value, () => outbox.value?.standing.value],
    () => {
      if (placed.value) placed.value = whereabouts(placed.value)
    },
    { flush: 'post' },
  )

  /** Empties the form; with `alike`, for another wish of the same resident, as far as that is known here. */
  function anew(alike: CollectDraft | null = null): void {
    dropDraft(nameOf(draft.mends))
    // What was begun before this one was opened goes on.
    const begun = draft.mends ? restored(readDraft(nameOf(''), user), organisation) : null
    Object.assign(draft, alike ?? begun ?? blank(draft.organisation))
    faults.value = {}
    said.value = {}
    refusal.value = null
    placed.value = null
    wasKept.value = begun !== null && alike === null
    void (begun ? picked.load() : picked.clear())
  }

  /** The next one of the same resident: by their record, or by the request that will make it. */
  function another(): void {
    const step = lastPerson.value
    if (draft.who === 'known') anew({ ...blank(draft.organisation), beneficiary: draft.beneficiary })
    else anew(step ? anotherOf(draft, step) : null)
  }
  const lastPerson = computed(() => {
    const item = outbox.value?.items.value.find(({ id }) => id === placed.value?.id)
    const step = item?.steps.find(({ kind }) => kind === 'person')
    return step?.kind === 'person' ? step : null
  })
  const mayRepeat = computed(() => draft.who === 'known' || lastPerson.value !== null)

  /** What is wrong, by place: ours at once, the server's when it has looked. */
  const wrong = computed<Faults>(() => ({ ...said.value, ...faults.value }))
  return { draft, known, wasKept, wrong, refusal, pending, placed, picked, mayRepeat, send, take, anew, another }
}

function whereabouts(was: Placed): Placed {
  const box = outbox.value
  const gone = box?.sent.value.find(({ id }) => id === was.id)
  if (gone) return same(was, { ...was, state: 'sent', wish: gone.wish, submitted: gone.submitted })
  const item = box?.items.value.find(({ id }) => id === was.id)
  if (!box || !item) return was
  const state = item.trouble ? 'fix' : box.standing.value === 'signed_out' ? 'sign_in' : 'waiting'
  return same(was, { ...was, state, wish: item.wish ?? '', submitted: item.submitted, why: item.trouble?.detail ?? '' })
}

const same = (a: Placed, b: Placed): Placed => (JSON.stringify(a) === JSON.stringify(b) ? a : b)

function keepWhileTyping(user: string, draft: CollectDraft, may: () => boolean): () => void {
  const before = signOutsSoFar()
  let timer: ReturnType<typeof setTimeout> | undefined
  const keep = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (signOutsSoFar() !== before || !may()) return
    if (isBlank(draft)) dropDraft(nameOf(draft.mends))
    else keepDraft(nameOf(draft.mends), user, draft)
  }
  watch(draft, () => {
    timer ??= setTimeout(keep, 300)
  })
  const leave = (): void => {
    if (timer !== undefined) keep()
  }
  onMounted(() => window.addEventListener('pagehide', leave))
  onBeforeUnmount(() => {
    leave()
    window.removeEventListener('pagehide', leave)
  })
  return leave
}
