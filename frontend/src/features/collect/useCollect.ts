import { useQuery } from '@tanstack/vue-query'
import { computed, onBeforeUnmount, onMounted, reactive, ref, shallowRef, watch } from 'vue'
import { Intent } from '@/api/intent'
import { useAction } from '@/api/useAction'
import { beneficiaryQuery } from '@/data/beneficiaries'
import { dropDraft, keepDraft, readDraft } from '@/session/drafts'
import { signOutsSoFar } from '@/session/wipe'
import { askedOf, blank, check, type CollectDraft, isBlank, newlyAgreed, restored } from './collectDraft'
import { toConsents, toPerson } from './person'
import { addConsent, createBeneficiary, createWish, submitWish } from './queries'
import { type Faults, stillWrong, toWish } from './wishDraft'

const NAME = 'collect'

export interface Saved {
  id: string
  title: string
  submitted: boolean
}

/** Noting a wish: what is typed, kept in the tab; and saving it, step by step, each step with one effect however often it is tried. */
export function useCollect(user: string, organisation: string) {
  const before = restored(readDraft(NAME, user), organisation)
  const draft = reactive<CollectDraft>(before ?? blank(organisation))
  const { data: known } = useQuery(() => ({ ...beneficiaryQuery(draft.beneficiary), enabled: draft.who === 'known' && draft.beneficiary !== '' }))
  const wasKept = ref(before !== null && !isBlank(before))
  const faults = ref<Faults>({})
  const saved = shallowRef<Saved | null>(null)
  const stage = ref<'person' | 'consent' | 'wish'>('wish')

  keepWhileTyping(user, draft)
  watch([draft, known], () => {
    faults.value = stillWrong(faults.value, check(draft, known.value))
  })

  const intents = { person: new Intent(), wish: new Intent(), consents: new Map<string, Intent>() }

  async function once<B, T>(intent: Intent, body: B, request: (headers: { 'Idempotency-Key': string }) => Promise<T>): Promise<T> {
    try {
      const answer = await request(intent.headersFor(body))
      intent.settle()
      return answer
    } catch (error) {
      intent.settle(error)
      throw error
    }
  }

  async function theResident(): Promise<string> {
    const consents = toConsents(newlyAgreed(draft, known.value), askedOf(draft, known.value), draft.guardian)
    if (draft.who === 'new') {
      stage.value = 'person'
      const body = toPerson(draft.person, draft.organisation, consents)
      const { id } = await once(intents.person, body, (headers) => createBeneficiary(body, headers))
      // From here on they are known: a second try must not enter them twice.
      Object.assign(draft, { who: 'known', beneficiary: id, purposes: [] })
      return id
    }
    stage.value = 'consent'
    for (const body of consents) {
      const key = `${body.purpose}:${body.given_by}`
      const intent = intents.consents.get(key) ?? new Intent()
      intents.consents.set(key, intent)
      await once(intent, body, (headers) => addConsent(draft.beneficiary, body, headers))
    }
    draft.purposes = []
    return draft.beneficiary
  }

  const submit = useAction(
    (id: string, headers) => submitWish(id, headers),
    (_, id) => {
      if (saved.value?.id === id) saved.value = { ...saved.value, submitted: true }
    },
  )

  const save = useAction(
    async (andSubmit: boolean) => {
      const resident = await theResident()
      stage.value = 'wish'
      const body = toWish(draft.wish, resident, draft.organisation)
      const wish = await once(intents.wish, body, (headers) => createWish(body, headers))
      return { id: wish.id, title: wish.title, andSubmit }
    },
    async ({ id, title, andSubmit }) => {
      // It is on the server: what is left to do there is not lost any more.
      dropDraft(NAME)
      saved.value = { id, title, submitted: false }
      if (andSubmit) await submit.run(id)
    },
  )

  function send(andSubmit: boolean): void {
    faults.value = check(draft, known.value)
    if (Object.keys(faults.value).length === 0) void save.run(andSubmit)
  }

  function anew(): void {
    dropDraft(NAME)
    Object.assign(draft, blank(draft.organisation))
    faults.value = {}
    saved.value = null
    wasKept.value = false
    save.clear()
    submit.clear()
  }

  const prefix = computed(() => ({ person: 'person:', consent: 'guardian:', wish: '' })[stage.value])
  /** What is wrong at one place: ours at once, the server's when it has looked. */
  const fault = (pointer: string): string | undefined =>
    faults.value[pointer] ?? (pointer.startsWith(prefix.value) ? save.fieldError(pointer.slice(prefix.value.length)) : undefined)

  return { draft, known, wasKept, faults, saved, save, submit, send, anew, fault }
}

function keepWhileTyping(user: string, draft: CollectDraft): void {
  const before = signOutsSoFar()
  let timer: ReturnType<typeof setTimeout> | undefined
  const keep = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (signOutsSoFar() !== before) return
    if (isBlank(draft)) dropDraft(NAME)
    else keepDraft(NAME, user, draft)
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
}
