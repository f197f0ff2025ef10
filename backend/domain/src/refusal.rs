//! Why the product says no: stable codes, their kind, and what to tell a person, in both languages.
//!
//! Owns every code that a rule, a check of a field or the edge may answer with. Must not know HTTP:
//! the edge maps a [`Kind`] to a status in one exhaustive match.

/// One sentence in the two languages of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// Chinese, shown first.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// What sort of "no" a code is; the edge gives each kind its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request cannot be read at all.
    Malformed,
    /// The request reads well but its fields are not valid.
    Invalid,
    /// Nobody is signed in, or the sign-in is over.
    Unauthenticated,
    /// The caller is known and may not do this.
    Forbidden,
    /// It does not exist, or its existence is not the caller's to know.
    NotFound,
    /// The method is not one the address knows.
    MethodNotAllowed,
    /// A rule of the domain refuses, as things stand now.
    Conflict,
    /// The caller saw an older version.
    Stale,
    /// The body is larger than allowed.
    TooLarge,
    /// The body is of a type that the address does not read.
    UnsupportedType,
    /// A condition (If-Match) must be stated.
    PreconditionRequired,
    /// Too often in too short a time.
    TooMany,
    /// The fault is ours.
    Internal,
    /// Not now; trying again with the same key is safe.
    Unavailable,
    /// There is no room left to store it.
    Full,
}

macro_rules! codes {
    ($($variant:ident $code:literal $kind:ident $zh:literal $en:literal;)*) => {
        /// A stable code: the key that clients and translations use. Codes are added, never renamed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $en] $variant,)* }

        impl Code {
            /// Every code, in the order of this file.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The code as it stands on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $code,)* }
            }

            /// What sort of "no" it is.
            #[must_use]
            pub const fn kind(self) -> Kind {
                match self { $(Code::$variant => Kind::$kind,)* }
            }

            /// What happened and what to do, for a person.
            #[must_use]
            pub const fn text(self) -> Text {
                match self { $(Code::$variant => Text { zh: $zh, en: $en },)* }
            }
        }
    };
}

codes! {
    // The edge.
    Malformed "malformed" Malformed "请求读不懂，请对照接口文档检查格式。" "The request cannot be read. Check its form against the API document.";
    BadCursor "bad_cursor" Malformed "翻页标记不属于这个列表或筛选条件，请从第一页重新取。" "This cursor belongs to another list or filter. Start again from the first page.";
    BadIdempotencyKey "bad_idempotency_key" Malformed "Idempotency-Key 要有 1 到 255 个可见字符。" "An Idempotency-Key has 1 to 255 visible characters.";
    Invalid "invalid" Invalid "有几处要改，改好再提交；没有任何改动被保存。" "Some fields need fixing. Nothing was changed.";
    Unauthenticated "unauthenticated" Unauthenticated "请先登录，或重新登录。" "Sign in, or sign in again.";
    WrongCredentials "wrong_credentials" Unauthenticated "账号或密码不对。" "Wrong name or password.";
    SessionEnded "session_ended" Unauthenticated "这次登录已经结束，请重新登录。" "This session has ended. Sign in again.";
    TooManyAttempts "too_many_attempts" TooMany "试的次数太多，请过一会儿再试。" "Too many attempts. Wait a while and try again.";
    TotpRequired "totp_required" Forbidden "要看这些资料，先用动态口令登录；还没有的，在“我的”里设置。" "To see this, sign in with a one-time password. Set one up under your account.";
    TotpEnrolled "totp_enrolled" Conflict "已经设置过动态口令；手机丢了，请管理员重置。" "A second factor is set up already. If the phone is lost, ask an administrator to reset it.";
    PasswordChangeRequired "password_change_required" Forbidden "这个密码是别人设的。先换成只有您知道的，再办别的事。" "Somebody else set this password. Change it to one that only you know; then go on.";
    SignInBroken "sign_in_broken" Unauthenticated "这次登录不是从这个浏览器开始的，或者等得太久了。请重新开始。" "This sign-in did not begin in this browser, or took too long. Begin again.";
    IdentityRefused "identity_refused" Unauthenticated "统一登录没有给出可信的答复，没有登录。请重新开始；总是这样，请告诉管理员。" "The sign-in provider's answer did not hold, so nobody was signed in. Begin again; if it stays so, tell the administrator.";
    IdentityNotLinked "identity_not_linked" Forbidden "这个统一登录账号还没有关联到这里能用的账号。请先用密码登录，在“账号”里关联。" "This identity is linked to no account that may sign in here. Sign in with your password first and link it under your account.";
    IdentityTaken "identity_taken" Conflict "这个统一登录账号已经关联到一个账号，或者您已关联了另一个。先取消那一个。" "This identity is linked to an account already, or you have linked another one. Take that away first.";
    ProviderUnavailable "provider_unavailable" Unavailable "统一登录现在用不了，请过一会儿再试，或用密码登录。" "The sign-in provider cannot be reached. Try again in a while, or use your password.";
    RateLimited "rate_limited" TooMany "请求太密，请按 Retry-After 等一会儿再来。" "Too many requests. Wait as long as Retry-After says.";
    Forbidden "forbidden" Forbidden "这件事不归您办。请找所在组织的管理员。" "This is not yours to do. Ask your organisation's administrator.";
    NotFound "not_found" NotFound "没有找到，或者不归您看。" "Not found, or not yours to see.";
    MethodNotAllowed "method_not_allowed" MethodNotAllowed "这个地址不支持这种方法，看 Allow 头。" "This address does not know that method. See the Allow header.";
    Stale "stale" Stale "您打开以后，别人改过了。请重新取一次再改。" "Somebody changed it since you opened it. Fetch it again, then change it.";
    PreconditionRequired "precondition_required" PreconditionRequired "改动要带 If-Match（取到时的 ETag）。" "Changes need If-Match: the ETag you were given when you fetched it.";
    TooLarge "too_large" TooLarge "内容太大，请减小后再送。" "The body is too large. Make it smaller and send it again.";
    UnsupportedType "unsupported_type" UnsupportedType "请用 application/json 发送。" "Send application/json.";
    IdempotencyMismatch "idempotency_mismatch" Invalid "这个 Idempotency-Key 用过了，内容却不同。换一个新的键。" "This Idempotency-Key was used with another body. Use a new key.";
    IdempotencyRunning "idempotency_running" Conflict "同一个请求正在处理，请稍后用同一个键再试。" "The same request is still running. Try again shortly with the same key.";
    Internal "internal" Internal "我们这边出了错，您的内容没有保存。请稍后再试。" "Something went wrong on our side and nothing was saved. Try again later.";
    Unavailable "unavailable" Unavailable "系统正忙或暂时连不上数据库，请稍后用同一个键再试。" "The system is busy or cannot reach its database. Try again shortly with the same key.";
    Full "storage_full" Full "存储空间满了，没有保存。请联系管理员。" "Storage is full and nothing was saved. Tell the administrator.";

    WrongJobStatus "wrong_job_status" Conflict "这个任务没有搁置，不用重试；请刷新看看进展。" "This job was not laid aside. Refresh to see where it stands.";
    PastRun "past_run" Conflict "这个时间早于任务已经跑到的时间，那时该办的已经办过。" "Jobs have run as of a later time: what was due then is done.";
    MailOff "mail_off" Conflict "这里没有设置发邮件，所以收不到邮件提醒；等着您的事在页面上都看得到。" "This installation sends no mail. What waits for you is on its pages.";
    EmailCodeOver "email_code_over" Conflict "这个验证码用不了了：过了 30 分钟，或者错了五次。请再要一个。" "This code is over: 30 minutes passed, or five were wrong. Ask for another.";
    MailOver "mail_over" Conflict "这封信过了时候，再发也没有用；下一封照常发。" "This letter's time is over. The next one goes out as always.";

    // Wishes.
    WrongStatus "wrong_status" Conflict "这条心愿现在的状态不能这样办，请刷新看看进展。" "The wish is not in a state that allows this. Refresh to see where it stands.";
    NothingAsked "nothing_asked" Invalid "数量要在 1 以上。" "The quantity must be at least 1.";
    UnknownCategory "unknown_category" Invalid "没有这个类别，请从所在组织的类别里选。" "There is no such category. Choose one of your organisation's.";
    ConsentMissing "consent_missing" Conflict "还没有本人（未满 14 岁由监护人）对这件事的同意，请先补上。" "There is no live consent for this from the resident (or guardian). Record it first.";
    CollectorCannotReview "collector_cannot_review" Conflict "自己记的心愿要请别人审核。" "A wish is reviewed by somebody other than its collector.";
    ReviewNotPassed "review_not_passed" Conflict "要挂上墙，三条（急需、能为、可行）都要是“是”。" "To be published, a wish must be urgent, feasible and practical.";
    NoteRequired "note_required" Invalid "请写明理由或怎么改，这句话要能告诉对方。" "Give a reason or say what to change, in words that can be passed on.";
    OutcomeRequired "outcome_required" Conflict "兜底红名单上的心愿，要写明已告诉心愿人的结果才能结束。" "A wish on the red list ends only with an outcome that was told to the resident.";
    FindingsUnresolved "findings_unresolved" Conflict "公开文字里还有要先处理的内容：请退回改写，或把误报逐条标明理由。" "The public text still holds what must be resolved: return it to be rewritten, or dismiss each false alarm with a reason.";
    AlreadyPaused "already_paused" Conflict "已经暂停计时了，到期会自己接着算。" "Its clock stands already, and goes on by itself.";
    NotPaused "not_paused" Conflict "现在没有暂停计时。" "Its clock does not stand.";
    PauseLimit "pause_limit" Conflict "一条心愿总共最多暂停 60 个工作日，也不能没有尽头。请选近一点的日子。" "A wish is paused for 60 working days in all, and never without an end. Choose an earlier day.";
    SplitTooLarge "split_too_large" Conflict "拆出去的要少于还没人认领的数量，至少留一份在这条心愿上。" "Less must be split off than nobody has claimed: at least one share stays.";
    NamedShares "named_shares" Conflict "这条心愿写明了分项，由几个认领方各认几项，不用按数量拆分。" "This wish names its shares: claimants take some each, and it is not split by quantity.";
    OpenClaims "open_claims" Conflict "还有人认领着，请先请他们还回来。" "It still has claims. Ask the claimants to give them back first.";

    // Claims.
    WishNotOpen "wish_not_open" Conflict "这条心愿现在不接受认领。" "This wish cannot be claimed now.";
    QuantityExceedsRemaining "quantity_exceeds_remaining" Conflict "这一份刚刚有人认领了。要不要看看相近的？" "Someone has just taken this share. See similar wishes?";
    ShareTaken "share_taken" Conflict "这一项刚刚有人认领了，请看看其余的。" "Someone has just taken this part of the wish. See what is left.";
    OutsideAudience "outside_audience" Forbidden "这条心愿目前只向当地开放认领。" "For now only claimants of its own area may claim this wish.";
    OwnWish "own_wish" Conflict "不能认领自己记录的心愿。" "You cannot claim a wish that you collected.";
    AlreadyClaimed "already_claimed" Conflict "您已经认领了这条心愿。" "You already hold a claim on this wish.";
    CapacityReached "capacity_reached" Conflict "手上的认领已到上限，先办完一件再来。" "You hold as many claims as you can take. Finish one first.";
    OpenClaimLimit "open_claim_limit" Conflict "认领方同时认领的心愿到了所属组织定的上限，先办完或还回一件再来。" "The claimant holds as many open claims as its organisation allows. Finish one, or give one back, first.";
    PlatformOpenLimit "platform_open_limit" TooMany "平台手上没办完的认领到了约定的上限，先办完或还回一件再来。" "The platform holds as many open claims as was agreed. Finish one, or give one back, first.";
    PlatformUserLimit "platform_user_limit" TooMany "这个用户手上没办完的认领到了约定的上限，先办完或还回一件再来。" "This user holds as many open claims as was agreed. Finish one, or give one back, first.";
    PlatformDayLimit "platform_day_limit" TooMany "平台今天新的认领到了约定的上限，请按 Retry-After 明天再来。" "The platform made as many claims today as was agreed. Come again tomorrow, as Retry-After says.";
    PlatformClaimDiffers "platform_claim_differs" Conflict "这个编号已经认领过，内容却不一样。没有改动原来的认领；要认领别的，请用新编号。" "This number was used for another claim. Nothing was changed: claim something else under a new number.";
    PlanSent "plan_sent" Conflict "这份计划已经发出了。有没接下的，先把它们重排。" "This plan was sent already. Plan anew what was not accepted, first.";
    PlanEmpty "plan_empty" Conflict "没有可以发出的派单：先给心愿选好认领方。" "There is nothing to send: choose claimants for the wishes first.";
    PlanStale "plan_stale" Conflict "有几行已经和现在对不上，所以一份也没有发出。请把它们重排一遍再发。" "Some lines no longer hold, so nothing was sent. Plan them anew, then send.";
    HouseholdSplit "household_split" Conflict "这户的心愿要交给同一个认领方，请整户一起改。" "All wishes of this household go to one claimant. Move the whole household.";
    ShareFree "share_free" Conflict "还有份额，可以直接认领，不用候补。" "A share is free: claim it; there is nothing to wait for.";
    AlreadyWaiting "already_waiting" Conflict "已经在候补了，空出来就轮到。" "You are waiting for this wish already, and will be called.";
    WaitingListFull "waiting_list_full" Conflict "候补的人已经很多，看看别的心愿吧。" "Many are waiting for this wish already. See other wishes.";
    ClaimantInactive "claimant_inactive" Conflict "这个认领方已停用。" "This claimant is not active.";
    ClaimantSuspended "claimant_suspended" Conflict "这个认领方暂停接新的心愿了：手上的照常办完。原因和期限写在认领方的页面上，有疑问请找所在组织的协调员。" "This claimant is suspended and takes on nothing new; what it holds goes on. Its page says why and until when. Ask its organisation's coordinator.";
    NotSuspended "not_suspended" Conflict "这个认领方没有被暂停。" "This claimant is not suspended.";
    NotYourClaimant "not_your_claimant" Forbidden "您不能代表这个认领方。" "You cannot act for this claimant.";
    WrongClaimStatus "wrong_claim_status" Conflict "这份认领现在的状态不能这样办，请刷新看看进展。" "The claim is not in a state that allows this. Refresh to see where it stands.";
    OwnDelivery "own_delivery" Conflict "不能自己给自己确认，请别人回访。" "Nobody confirms their own delivery. Somebody else must ask the resident.";
    HadPart "had_part" Conflict "您参与过这条心愿，请没有经手的人来回访。" "You had a part in this wish. Somebody who had none must ask the resident again.";
    SpotCheckAnswered "spot_check_answered" Conflict "这次抽查已经回访过，或者心愿又重开了，不用再回访。" "This spot check was answered already, or the wish was reopened: there is nothing to ask any more.";
    PacksDoNotMatch "packs_do_not_match" Invalid "东西的数和收的人数对不上：要每人一样多。多的是给谁的，或者还少了谁，改好再报。" "The things do not come out even for those who receive them. Correct the number, or the list of recipients.";
    WrongCode "wrong_code" Conflict "号码不对，请再看一眼心愿卡。" "The code is not right. Look at the wish card again.";
    CodeLocked "code_locked" Conflict "号码错得太多，请村里回访确认，或换一张心愿卡。" "Too many wrong codes. Confirm by a call, or issue a new card.";
    NoCard "no_card" Conflict "这条心愿还没有发过心愿卡，请用回访或见证确认。" "No card was issued for this wish. Confirm by a call or a witness.";
    ReopenTooLate "reopen_too_late" Conflict "点亮以后能重开的日子已经过了。还需要的话，请另记一条心愿。" "The time in which this wish could be reopened is over. If it is still needed, note a new wish.";
    NotFulfilled "not_fulfilled" Conflict "心愿还没有点亮，等确认后再评价。" "The wish is not fulfilled yet. Give feedback after it is confirmed.";
    FeedbackExists "feedback_exists" Conflict "这条心愿已经评价过了。" "Feedback was already given for this wish.";

    // Residents.
    BeneficiaryErased "beneficiary_erased" Conflict "这位居民的个人信息已按要求删除，不能再看或改。" "This resident's personal data was erased; it cannot be read or changed any more.";
    BeneficiaryKnown "beneficiary_known" Conflict "这个身份证号已经登记过，请用原来的那一份。" "A resident with this identity number is registered already. Use that record.";
    BeneficiaryMerged "beneficiary_merged" Conflict "这一份已经并到另一份里了，请用留下的那一份。" "This record was merged into another. Use the one that is left.";
    BeneficiaryHasMerged "beneficiary_has_merged" Conflict "这一份里并过别的登记，请把它作为留下的那一份，或者先拆开。" "Other records were merged into this one. Keep it as the one that is left, or undo those merges first.";
    ToldApart "told_apart" Conflict "有人说过这是两个人。要合并，先收回那句话。" "Somebody said that these are two people. Take that back before you merge them.";
    DistinctionUndone "distinction_undone" Conflict "这句话已经收回过了。" "This was taken back already.";
    MergeUndone "merge_undone" Conflict "这次合并已经拆开了。" "This merge was undone already.";
    WishesNotEnded "wishes_not_ended" Conflict "还有没办完的心愿，先办结或撤回，再删除。" "Some of the resident's wishes have not ended. End or withdraw them first.";

    // Pictures.
    UnsupportedPicture "unsupported_picture" UnsupportedType "只收 JPEG、PNG、WebP 格式的照片。" "Only pictures as JPEG, PNG or WebP are taken.";
    PictureMismatch "picture_mismatch" Invalid "文件内容和它说的格式不一致，请换一张照片。" "The file is not of the type that it says. Choose another picture.";
    PictureUnreadable "picture_unreadable" Invalid "这张照片打不开，可能没有传完整，请换一张或重新拍。" "This picture cannot be opened; perhaps it is not whole. Choose another one or take it again.";
    PictureTooLarge "picture_too_large" TooLarge "照片的尺寸太大，请缩小到 4000 万像素以内再传。" "The picture has too many pixels. Make it smaller than 40 megapixels.";
    TooManyPictures "too_many_pictures" Conflict "照片已经够多了，先删去一张再加。" "There are enough pictures here. Remove one before you add another.";
    UploadQuota "upload_quota" TooMany "今天传的照片到上限了，请明天再传。" "You have uploaded as many pictures as a day allows. Go on tomorrow.";

    // Looks at children.
    ApprovalRequired "approval_required" Forbidden "未满 14 岁孩子的资料，要先由儿童个人信息保护负责人同意才能看：请先提出申请，写明用途和理由。" "Data of a child under 14 is shown only with the child-data officer's approval: ask for it first, with a purpose and a reason.";
    ApprovalNotNeeded "approval_not_needed" Conflict "这位居民已满 14 岁，不用申请，可以直接看。" "This resident is 14 or older: no approval is needed.";
    RequestPending "request_pending" Conflict "已经申请过，正等负责人答复。" "You asked already; the officer's answer is still due.";
    RequestAnswered "request_answered" Conflict "这次申请已经答复过了。" "This request was already answered.";
    OwnRequest "own_request" Conflict "自己的申请要请别的负责人答复。" "Nobody answers their own request. Another officer must.";
    NoChildOfficer "no_child_officer" Conflict "这里还没有别的儿童个人信息保护负责人，请管理员先指定一位。" "There is no other child-data officer here yet. Ask an administrator to name one.";

    // Pairings.
    AlreadyPaired "already_paired" Conflict "这家已经和这个认领方结对（或正等答复），不用再结一次。" "This household and this claimant are paired already, or an answer is due.";
    WrongPairingStatus "wrong_pairing_status" Conflict "这份结对现在的状态不能这样办，请刷新看看进展。" "The pairing is not in a state that allows this. Refresh to see where it stands.";
    VisitReplaced "visit_replaced" Conflict "这次走访的记录已经更正过，请在最新的一版上改。" "This record was corrected already. Correct its latest edition.";

    // Referrals.
    WrongReferralStatus "wrong_referral_status" Conflict "这次转介现在的状态不能这样办，请刷新看看进展。" "The referral is not in a state that allows this. Refresh to see where it stands.";
    AlreadyReferred "already_referred" Conflict "这位居民的这项待遇已经转介过，正等答复，不用再转一次。" "This benefit was asked for already for this resident, and the answer is due.";

    // Imports.
    SheetUnsupported "sheet_unsupported" UnsupportedType "只收 xlsx、xls、ods 和 CSV 表格。" "Only sheets as xlsx, xls, ods or CSV are taken.";
    SheetUnreadable "sheet_unreadable" Invalid "这张表打不开：可能没有传完整，或者加了密码。请另存一份再传。" "The sheet cannot be opened: it may not be whole, or has a password. Save it anew and try again.";
    SheetHasMacros "sheet_has_macros" Invalid "带宏的表格不收。请另存为不带宏的 xlsx 再传。" "A sheet with macros is not taken. Save it as xlsx without macros.";
    SheetUnpacksTooLarge "sheet_unpacks_too_large" TooLarge "这个文件解开以后太大，没有打开。请另存一份，或分成几份再传。" "The file unpacks to too much and was not opened. Save it anew, or split it.";
    SheetTooLong "sheet_too_long" Invalid "一张表最多 50,000 行、80 列，请分成几份再传。" "A sheet may have 50,000 rows and 80 columns. Split it.";
    SheetEncoding "sheet_encoding" Invalid "这份 CSV 的文字读不出来：请存成 UTF-8 或 GB18030 再传。" "The letters of this CSV cannot be read. Save it as UTF-8 or GB18030.";
    SheetEmpty "sheet_empty" Invalid "这张表里没有要导入的行。" "There are no rows in this sheet.";
    ImportNotMapped "import_not_mapped" Conflict "还不知道哪一列是姓名、哪一列是心愿：请先认列。" "It is not known yet which columns hold the name and the wish. Say so first.";
    WrongImportStatus "wrong_import_status" Conflict "这次导入现在的状态不能这样办，请刷新看看进展。" "The import is not in a state that allows this. Refresh to see where it stands.";
    ImportOver "import_over" Conflict "这次导入的期限过了，表里的内容已经删去。请重新传一次，导过的不会重复。" "The time of this import is over and what it held was removed. Send the sheet again: what went in does not go in twice.";

    // Report templates.
    TemplateNotXlsx "template_not_xlsx" Invalid "模板只收 xlsx（Excel 2007 以后的表格）。请在表格软件里另存为 xlsx 再传。" "A template is a sheet as xlsx. Save it as xlsx and send it again.";
    TemplatePlaces "template_places" Invalid "模板里没有要填的格子，或者超过 500 个。在要填的格子里写上名称，前后各两个大括号，例如 {{记下的心愿}}；或者给格子定义名称。" "The template has no cell to fill, or more than 500. Write a name between two pairs of braces into each cell that is to be filled, as {{collected}}, or name the cell.";
    ReportTemplateMissing "report_template_missing" Conflict "这里还没有报表模板，上级也没有。请管理员先传一份。" "There is no report template here, nor above. An administrator has to send one first.";
    ReportTemplateUnfilled "report_template_unfilled" Conflict "模板里有几格还没有说填什么，所以没有填。下面列出是哪几格。" "Nobody has said yet what fills some cells of the template, so nothing was filled. They are listed below.";

    // Exports.
    ExportTooLong "export_too_long" Invalid "筛出来的太多，一份表放不下：一般最多 50,000 行，带姓名、电话的最多 2,000 行。请换一个更小的组织，或者加上状态、类别、月份再导出。" "Too many are left for one file: 50,000 rows, or 2,000 where residents are named. Choose a smaller organisation, or narrow the list by state, category or month.";
    WrongExportStatus "wrong_export_status" Conflict "这份导出现在的状态不能这样办，请刷新看看进展。" "The export is not in a state that allows this. Refresh to see where it stands.";
    OwnExport "own_export" Forbidden "带姓名、电话的导出，要由申请人以外的人批准。" "An export that names residents is approved by somebody other than who asked for it.";
    ExportOver "export_over" Conflict "这份导出过了期限，或已经销毁，请重新申请。" "The time of this export is over, or its file was destroyed. Ask for it again.";
    DownloadsUsed "downloads_used" Conflict "这份文件已经下载过 3 次，不能再下载了。还需要的话，请重新申请。" "This file was taken three times and is handed out no more. Ask again if you need it.";
    PasswordShown "password_shown" Conflict "密码只显示一次，已经显示过了（没有密码的文件不用密码）。没有记下来的话，请重新申请导出。" "A password is shown once, and this one was (a file without residents has none). If you did not note it, ask for the export again.";

    // Emergency calls.
    EmergencyCallClosed "emergency_call_closed" Conflict "这次应急响应已经结束了。" "This emergency call is over.";
    HouseholdsLeft "households_left" Conflict "还有户没有办完；要提前结束，请写明原因。" "Households are left. To end it early, say why.";

    // Campaigns.
    WrongCampaignStatus "wrong_campaign_status" Conflict "这个活动现在的状态不能这样办，请刷新看看进展。" "The campaign is not in a state that allows this. Refresh to see where it stands.";
    HostAnswered "host_answered" Conflict "这份联合主办的邀请已经答复过了。" "This invitation to hold the campaign together was answered already.";
    AlreadyPledged "already_pledged" Conflict "这个认领方已经参加了这个活动；要改数量，请改原来的承诺。" "This claimant has joined the campaign already. Change the pledge that is there.";
    PledgeWithdrawn "pledge_withdrawn" Conflict "这份承诺已经撤回了；还想参加，请重新承诺。" "This pledge was withdrawn. To join again, make a new one.";

    // The ledger.
    PoolClosed "pool_closed" Conflict "这个善款池已经关闭，不再收捐赠，也不再拨付。" "This pool is closed: it takes no donations and sets nothing aside.";
    PoolShort "pool_short" Conflict "善款池里没有这么多了；已经拨出去的不能再动。" "There is not so much left in the pool; what was set aside is not to be touched.";
    OutsidePurpose "outside_purpose" Conflict "这个善款池限定了用途，这类心愿不在里面。" "The pool is for a restricted purpose that this category of wishes is not part of.";
    DonationDiffers "donation_differs" Conflict "这个编号已经报过，内容却不一样。没有改动任何一笔；要更正请退款后用新编号重报。" "This number was reported before, with other content. Nothing was changed: to correct it, refund it and report it under a new number.";
    DonationReversed "donation_reversed" Conflict "这笔捐赠已经冲销，没有可退的了。" "This donation was reversed. There is nothing to refund.";
    StatementColumns "statement_columns" Invalid "这份对账单缺了必要的列，或者同一列有两次；错在哪几列见 errors。" "Columns that a statement needs are missing, or there twice: errors names them.";
    StatementTooLong "statement_too_long" Invalid "一份对账单最多 200,000 行，请按日期分成几份再传。" "A statement may have 200,000 rows at most. Send it in parts, by days.";
    DifferenceSettled "difference_settled" Conflict "这一条没有要处理的：已经处理过，或者已经按对账单记上了。" "There is nothing to settle: it was settled, or was booked as the statement says.";
    RefundAboveGift "refund_above_gift" Conflict "退款加起来不能超过捐的数。" "Refunds together cannot be more than what was given.";
    WrongAllocationStatus "wrong_allocation_status" Conflict "这笔拨付现在的状态不能这样办，请刷新看看进展。" "The allocation is not in a state that allows this. Refresh to see where it stands.";
    OwnAllocation "own_allocation" Forbidden "超过限额的拨付，要由申请人以外的人批准。" "Above the limit somebody other than who asked has to approve.";
    AllocationShort "allocation_short" Conflict "这笔拨付里没有这么多没花的钱了。" "There is not so much unspent money in this allocation.";
    AlreadyReversed "already_reversed" Conflict "这一笔已经冲销过了。" "This transaction was reversed already.";
    NotReversible "not_reversible" Conflict "这一笔不能冲销：冲销本身，以及退过款的捐赠，都不能。" "This cannot be reversed: neither a reversal can, nor a donation of which something was refunded.";

    // Honours.
    NothingConfirmed "nothing_confirmed" Conflict "这里面还没有经别人确认的成果，开不了证书。认领方自己录的号码不算。" "Nothing in this was confirmed by others, so there is nothing to certify. A code that the claimant typed in does not count.";
    AlreadyIssued "already_issued" Conflict "同样的证书已经开过，还有效。要重开，请先撤销原来的。" "This was certified already and still stands. Revoke that certificate before you issue another.";
    OwnCertificate "own_certificate" Forbidden "自己的证书要请别人开，也请别人撤销。" "Nobody issues or revokes their own certificate. Somebody else must.";
    CertificateRevoked "certificate_revoked" Conflict "这份证书已经撤销了。" "This certificate was revoked already.";
    MistypedCode "mistyped_code" Invalid "编号抄错了：最后一位是校验位，和前面对不上。请对着证书再看一遍。" "The code was mistyped: its last character checks the others and does not fit. Compare it with the certificate.";
    FiguresUnsound "figures_unsound" Internal "这里的数加起来对不上，先不给出。请联系管理员运行 wishlight check。" "These figures do not add up and are not shown. Ask whoever runs this to look with `wishlight check`.";
    LeaderboardOff "leaderboard_off" Conflict "这个组织没有打开单位榜。" "This organisation does not show a leaderboard.";
    DutyWithdrawn "duty_withdrawn" Conflict "这个年度任务已经撤回了。" "This duty was taken back already.";

    // Posts and projects.
    WrongPostStatus "wrong_post_status" Conflict "这个岗位（项目）现在的状态不能这样办，请刷新看看进展。" "The post is not in a state that allows this. Refresh to see where it stands.";
    NoShift "no_shift" Conflict "还没有将要开始的场次：先加一场，再开放报名。" "There is no shift ahead. Add one, then open it.";
    ShiftOver "shift_over" Conflict "这一场已经开始或取消了，不能再报名、退出或改动。" "This shift has begun or was cancelled: nobody signs up, withdraws or changes it any more.";
    ShiftTaken "shift_taken" Conflict "已经有人报名：时间不能改，名额不能少于报了的。要改时间，请取消这一场，另开一场。" "Somebody signed up: its time stays, and its places cannot be fewer than are taken. To change the time, cancel it and make another.";
    ShiftFull "shift_full" Conflict "这一场的名额不够了。看看别的场次？" "There are not so many places left in this shift. See other shifts?";
    OutsideCircle "outside_circle" Forbidden "这个岗位（项目）只向主办组织圈子里的认领方开放。" "Only claimants of the holder's circle may sign up for this.";
    AlreadySignedUp "already_signed_up" Conflict "已经报过这一场了；要改人数，先退出再报。" "Signed up for this shift already. To change the number, withdraw and sign up again.";
    SignUpsOverlap "sign_ups_overlap" Conflict "和已经报名的另一场时间重了。" "This overlaps with another shift that the same person signed up for.";
    WrongSignUpStatus "wrong_sign_up_status" Conflict "这份报名现在的状态不能这样办，请刷新看看进展。" "The sign-up is not in a state that allows this. Refresh to see where it stands.";
    ShiftNotBegun "shift_not_begun" Conflict "这一场还没有开始，开始以后再记到场。" "The shift has not begun. Mark who came once it has.";
    AttendanceClosed "attendance_closed" Conflict "记到场的时候过了：结束后 14 天内记，30 天内可以更正。" "It is too late: who came is marked within 14 days after the end, and corrected within 30.";
    AttendanceSettled "attendance_settled" Conflict "这份报名已经算作心愿的兑现：要更正，先在心愿里把这次兑现退回。" "This counts as delivered to the wish. To correct it, send the delivery back first.";
    OwnAttendance "own_attendance" Forbidden "自己单位（或自己）的到场要请别人来记。" "Nobody marks their own attendance, or that of their own unit.";
    ClaimBySignUp "claim_by_sign_up" Conflict "这份认领是报名岗位得来的：退出请退报名，到场由主办组织来记。" "This claim came with a sign-up: withdraw the sign-up instead; the holder marks who came.";
    ShiftAfterDue "shift_after_due" Conflict "这一场结束得比心愿的兑现期限还晚，等不到那时候。请选早一点的场次。" "This shift ends after the wish must be met. Choose an earlier one.";

    // Applications to join a circle.
    CircleClosed "circle_closed" Conflict "这个组织现在不收入圈申请。请直接联系它，或看看别的组织。" "This organisation takes no applications now. Ask it directly, or look at others.";
    CircleFull "circle_full" Conflict "这个组织等答复的申请太多了，请过几天再来。" "Too many applications wait here already. Come again in some days.";
    AlreadyApplied "already_applied" Conflict "已经申请过了，正等答复。用申请时给的查询码可以看进展，不用再交一次。" "You applied already and the answer is still due. The code that you were given shows where it stands.";
    AlreadyInCircle "already_in_circle" Conflict "已经在这个圈子里了，不用再申请：登录就能认领。忘了密码，请找所在组织的管理员。" "Already in this circle: there is nothing to apply for. Sign in and claim. If the password is lost, ask the organisation's administrator.";
    OtherTree "other_tree" Conflict "您登录的账号属于另一个地区。请退出登录再申请。" "You are signed in with an account of another region. Sign out, then apply.";
    ApplicationAnswered "application_answered" Conflict "这份申请已经答复过了。" "This application was answered already.";
    OwnApplication "own_application" Forbidden "自己的申请要请别人答复。" "Nobody answers their own application.";

    // Escalations.
    EscalationPending "escalation_pending" Conflict "已经上报，正等上级答复。" "It has already gone up and waits for an answer.";
    NoSuperior "no_superior" Conflict "已经是最上级，不能再上报。" "This is the highest level; it cannot go further up.";
    EscalationAnswered "escalation_answered" Conflict "这次上报已经答复过了。" "This escalation was already answered.";

    // Organisations, members, categories.
    TreeCycle "tree_cycle" Conflict "不能把组织移到它自己或它的下级下面。" "An organisation cannot be moved below itself.";
    HasChildren "has_children" Conflict "它还有下级组织，请先移走。" "It still has organisations below it. Move them first.";
    StillInUse "still_in_use" Conflict "还有心愿、人员或认领方归它，不能删除。" "Wishes, people or claimants still belong to it; it cannot be deleted.";
    UsernameTaken "username_taken" Conflict "这个账号名有人用了。" "This user name is taken.";
    TooManyKeys "too_many_keys" Conflict "已经有两把能用的密钥。请先停用一把，再发新的。" "Two keys live already. Revoke one first.";
    PlaceTooFine "place_too_fine" Conflict "公益平台、主题活动和善款池由县（区）及以上的组织来办：范围再小，就等于说出了居民住在哪里。" "Platforms, campaigns and pools are for a county or a level above: a smaller circle would tell where residents live.";
    TooManyWebhooks "too_many_webhooks" Conflict "这个平台已经有五个推送地址了。请先移除一个。" "The platform has five webhooks already. Remove one first.";
    WebhookOff "webhook_off" Conflict "这个推送地址停着。请先恢复，再试。" "The webhook is off. Turn it on first.";
    InsufficientScope "insufficient_scope" Forbidden "这个平台密钥没有办这件事的权限（scope）。请平台所属组织的管理员开通。" "The key's platform does not have the scope for this. Ask the administrator of its organisation.";
    AlreadyMember "already_member" Conflict "他已经有这个角色。" "They already hold this role.";
    LastAdmin "last_admin" Conflict "最后一位管理员不能移除。" "The last administrator cannot be removed.";
    UnknownSkill "unknown_skill" Invalid "专长要从所在组织的专长表里选；表里没有的，请管理员先加上。" "Choose skills from the organisation's list. Ask an administrator to add one that is missing.";
    SkillTaken "skill_taken" Conflict "专长表里已经有这一项。" "This skill is on the list already.";
    CodeTaken "code_taken" Conflict "这个类别代码用过了。" "This category code is taken.";
}

macro_rules! faults {
    ($($variant:ident $code:literal $zh:literal $en:literal;)*) => {
        /// What is wrong with one field.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Fault { $(#[doc = $en] $variant,)* }

        impl Fault {
            /// Every fault, in the order of this file.
            pub const ALL: &'static [Fault] = &[$(Fault::$variant,)*];

            /// The code as it stands on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Fault::$variant => $code,)* }
            }

            /// What to do, for a person.
            #[must_use]
            pub const fn text(self) -> Text {
                match self { $(Fault::$variant => Text { zh: $zh, en: $en },)* }
            }
        }
    };
}

faults! {
    Required "required" "请填写。" "Fill this in.";
    TooShort "too_short" "太短了。" "Too short.";
    TooLong "too_long" "太长了。" "Too long.";
    ControlCharacter "control_character" "含有看不见的控制字符，请删去。" "Contains a control character. Remove it.";
    OutOfRange "out_of_range" "超出允许的范围。" "Out of the allowed range.";
    InPast "in_past" "日期已经过去了。" "The date is in the past.";
    InFuture "in_future" "日期还没有到。" "The date is in the future.";
    OtherCurrency "other_currency" "这里只记人民币，请写 CNY。" "Only renminbi is kept here: CNY.";
    NotCalled "not_called" "这个地址系统不会去访问：要 https，用公网的域名，443 端口，不带账号。" "An address that is never called: it has to be https, at a public name, port 443, without credentials.";
    Unknown "unknown" "没有这一项。" "There is no such thing.";
    NotPlain "not_plain" "金额只写数字（元可以带小数点）：不带正负号、千分位、货币符号，也不用科学计数。" "Write an amount in digits alone (yuan with a point): no sign, separator, symbol or exponent.";
    TooFine "too_fine" "元最多两位小数。" "Yuan have two decimals at most.";
    CutOff "cut_off" "这一行不完整：文件可能断在这里，或者少了几列。每一行都要以换行结束。" "This row is not whole: the file may end here, or columns are missing. End each row with a line break.";
    NotListed "not_listed" "专长表里没有这一项。" "Not on the list of skills.";
    Format "format" "格式不对。" "Not in the expected form.";
    CellGone "cell_gone" "这个名称指的格子已经不在了（删过行、列或工作表）。请在表格软件的“名称管理器”里改好，或者删去这个名称。" "The cell that this name stands for is gone: a row, column or sheet was removed. Mend the name in the sheet, or delete it.";
    CellEmpty "cell_empty" "这个名称指的格子什么也没有，填不进去。请给它加上边框，或者写一个 0。" "The cell that this name stands for has nothing to hold on to. Give it a border, or write a 0 into it.";
    Weak "weak" "太容易被猜到，请换一个。" "Too easy to guess. Choose another.";
    Duplicate "duplicate" "重复了。" "Given twice.";
    AsUsual "as_usual" "这一天本来就是这样，不用写。" "It is like this anyway. Leave it out.";
    Wrong "wrong" "不对，请再看一眼。" "Not right. Look again.";
    ResidentName "resident_name" "有心愿人或监护人的姓名（或名字）。改成“王奶奶”“小李”“这个孩子”。" "Holds the resident's or a guardian's name. Say \"an elderly lady\" or \"the child\".";
    PersonName "person_name" "像是人名。改成“邻居”“同学”“张奶奶”。" "Looks like somebody's name. Say \"a neighbour\" or \"a schoolmate\".";
    PhoneNumber "phone_number" "有电话号码。认领以后系统会告诉认领方，不用写出来。" "Holds a telephone number. The claimant is told after claiming.";
    Account "account" "有微信、QQ 等账号，请删去。" "Holds a WeChat, QQ or similar account. Remove it.";
    Email "email" "有电子邮箱，请删去。" "Holds an e-mail address. Remove it.";
    IdentityNumber "identity_number" "有身份证号，请删去。" "Holds an identity number. Remove it.";
    BankCard "bank_card" "有银行卡号，请删去；善款走善款池。" "Holds a bank card number. Remove it; money goes through the fund.";
    LicencePlate "licence_plate" "有车牌号，请删去。" "Holds a licence plate. Remove it.";
    Address "address" "有详细地址。墙上只显示乡镇，认领后才告诉地址。" "Holds an address. The wall shows the township only; the claimant is told after claiming.";
    School "school" "有具体学校的名称。改成“一所小学”“学校”。" "Names a school. Say \"a primary school\".";
    Label "label" "有给人贴标签的词。写需要什么，不写是哪一类人。" "Puts a label on somebody. Say what is needed, not what sort of person it is.";
    WishChanged "wish_changed" "这条心愿变了：有人认领、挪走或办结了。" "This wish changed: claimed, moved or ended.";
    ClaimantChanged "claimant_changed" "这个认领方接不了了：停用、满了，或不在范围里。" "This claimant can take it no more: shut out, full, or out of the circle.";
    NotForEach "not_for_each" "分不匀：每一位收到的要一样多。" "Does not come out even: each is to receive as many.";
    Refused "refused" "这一项办不成，所以整批都没有办。" "This one was refused, so nothing of the batch was done.";
}

/// One field that is not valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// JSON Pointer (RFC 6901) into the request body, or the name of a query parameter.
    pub pointer: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// A rule's "no": the code, and the fields it is about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", code.as_str())]
pub struct Refusal {
    /// The stable code.
    pub code: Code,
    /// The fields at fault; empty where the refusal is not about a field.
    pub fields: Vec<FieldFault>,
    /// The limit that was reached, where that is why.
    pub reached: Option<Reached>,
}

/// A limit, and what is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// So many at most.
    pub limit: i64,
    /// So many there are.
    pub count: i64,
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self { code, fields: Vec::new(), reached: None }
    }
}

/// Collects the faults of a request, so that all of them are told at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<FieldFault>);

impl Faults {
    /// Notes `fault` at `pointer` unless `ok`.
    pub fn check(&mut self, ok: bool, pointer: impl Into<String>, fault: Fault) -> &mut Self {
        if !ok {
            self.0.push(FieldFault { pointer: pointer.into(), fault });
        }
        self
    }

    /// Checks a text of one line or more: its length in characters, and that it holds no control
    /// character but line breaks and tabs. Surrounding white space does not count.
    pub fn text(&mut self, pointer: &str, value: &str, min: usize, max: usize) -> &mut Self {
        let length = value.trim().chars().count();
        let control = value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        if length == 0 && min > 0 {
            self.check(false, pointer, Fault::Required);
        } else {
            self.check(length >= min, pointer, Fault::TooShort);
        }
        self.check(length <= max, pointer, Fault::TooLong);
        self.check(!control, pointer, Fault::ControlCharacter)
    }

    /// [`Faults::text`] for a text that may be absent.
    pub fn optional_text(&mut self, pointer: &str, value: Option<&str>, max: usize) -> &mut Self {
        self.text(pointer, value.unwrap_or_default(), 0, max)
    }

    /// All is well, or one refusal that names every field at fault.
    ///
    /// # Errors
    /// [`Code::Invalid`] with the faults noted so far.
    pub fn finish(self) -> Result<(), Refusal> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(Refusal { code: Code::Invalid, fields: self.0, reached: None })
    }
}

impl Refusal {
    /// A refusal about one field.
    #[must_use]
    pub fn field(code: Code, pointer: &str, fault: Fault) -> Self {
        Self { code, fields: vec![FieldFault { pointer: pointer.to_owned(), fault }], reached: None }
    }

    /// The same, about what stands at `place` of a request: a JSON pointer.
    #[must_use]
    pub fn within(mut self, place: &str) -> Self {
        for field in &mut self.fields {
            field.pointer.insert_str(0, place);
        }
        self
    }

    /// A refusal because of a limit.
    #[must_use]
    pub fn limit(code: Code, limit: i64, count: i64) -> Self {
        Self { reached: Some(Reached { limit, count }), ..Self::from(code) }
    }
}
