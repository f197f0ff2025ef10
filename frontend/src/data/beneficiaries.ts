import { queryOptions } from '@tanstack/vue-query'
import { api, unwrap } from '@/api/client'
import type { IntentHeaders } from '@/api/intent'
import type { LookPurpose, RevealedBeneficiary } from '@/domain/types'

export const beneficiaryQuery = (id: string) =>
  queryOptions({
    queryKey: ['beneficiaries', 'one', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/beneficiaries/{id}', { params: { path: { id } }, signal })),
  })

/** Not a query on purpose: every look is recorded, so nothing may look again by itself. */
export const revealBeneficiary = (id: string, purpose: LookPurpose, headers: IntentHeaders): Promise<RevealedBeneficiary> =>
  unwrap(api.POST('/api/v1/beneficiaries/{id}/reveal', { params: { path: { id } }, body: { purpose }, headers }))
