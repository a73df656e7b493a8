# The event: everything that Kinledger ever records is one message of type Event.
#
# THIS FILE CAN ONLY GROW. Events are hashed as they are stored and are never re-encoded, so every
# byte ever written must stay readable for as long as the records are kept. Allowed: append fields
# with the next ordinal, append enumerants, append members to the union. Never: renumber, retype,
# rename the meaning of an ordinal, remove. docs/FORMAT.md has the whole contract.
#
# Encoding. One single-segment message in canonical form, without the segment table, at most 65,528
# bytes. A field that was not given holds its default and costs nothing; `absent` below always
# means "equal to the default".
#
#   Date      Int32, days counted so that 0001-01-01 is 1 (Rata Die); 0 is absent. Civil date in
#             China (UTC+8), no time of day. `until` is exclusive, names ending in `To` inclusive.
#   Month     Int32, year * 12 + month (1..12); 0 is absent.
#   Year      Int16; 0 is absent.
#   Money     Int64, fen (CNY/100); the default stands for absent, so 0 is a stated zero.
#   Count     Int32; the default stands for absent.
#   Area      UInt32, administrative division by GB/T 2260, six digits as a number; 0 is absent.
#   Code      Text of a code list; lists are declared by policy packs (annotation `codes`).
#   Digest    Data of 32 bytes.
#
# Every PersonId and UnitId in a body is a *subject* of the event: the event appears in that
# person's or unit's history. Persons are pseudonyms; their identity is in the vault, never here.
#
# Chinese terms are given by $zh as the policy documents use them. Types and fields follow the
# event catalogue; [HZ21-25] and the like name the rule that needs a field.

@0xc1f2b6a7d8e94035;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("kinledger::ledger::wire");

using A = import "annotations.capnp";

using Date = Int32;
using Month = Int32;
using Year = Int16;
using Area = UInt32;
using Digest = Data;

const absentMoney :Int64 = -9223372036854775808;
const absentCount :Int32 = -2147483648;

struct PersonId { high @0 :UInt64; low @1 :UInt64; }
# Pseudonym of a person: 128 random bits, big-endian halves.

struct UnitId { high @0 :UInt64; low @1 :UInt64; }
# An organisation (unit, school, agency, bank branch, medical institution): the first 128 bits of
# SHA-256("kinledger/unit/v1" 0x00 number), where number is the unit number it is known by.

struct FactId { high @0 :UInt64; low @1 :UInt64; }
# A fact of this ledger, as the envelope of its first event drew it.

enum YesNo {
  unspecified @0;
  no @1 $A.zh("否");
  yes @2 $A.zh("是");
}

struct Event {
  # The envelope, decided once.

  recordedAt @0 :Int64;
  # Microseconds since 1970-01-01T00:00:00Z, given by the one writer; never goes back.

  factHigh @1 :UInt64;
  factLow @2 :UInt64;
  # 128 random bits name the fact. A correction or a void carries the id of the fact it restates,
  # so that for any (valid, known) point a fact has at most one version.

  submissionHigh @3 :UInt64;
  submissionLow @4 :UInt64;
  # Keyed commitment to the submission's key: equal for all events handed in together.

  actorHigh @5 :UInt64;
  actorLow @6 :UInt64;
  # Who handed it in; zero is the ledger itself.

  ordinal @7 :UInt32;
  count @8 :UInt32;
  # This is event `ordinal` (from 0) of the `count` events of its submission.

  jurisdiction @9 :Area;
  # The pooling region (统筹地区) whose rules govern the fact.

  validOn @10 :Date;
  # The one valid date of the event: the day on which the act was done or the state began.

  sourceRow @11 :UInt32;
  # Row of the source file, 1-based; 0 when the submission had no rows.

  correction @12 :Correction;
  # Present only in corrections and voids.

  union {
    ledgerCreated @13 :LedgerCreated;
    packAdopted @14 :PackAdopted;
    personsLinked @15 :PersonsLinked;
    personErased @16 :PersonErased;
    personRestricted @17 :PersonRestricted;
    principalChanged @18 :PrincipalChanged;
    keyRotated @19 :KeyRotated;
    subjectMapCommitted @20 :SubjectMapCommitted;
    reportRecorded @21 :ReportRecorded;
    sourceReceived @22 :SourceReceived;
    eventVoided @23 :EventVoided;

    legacyMembershipRecorded @24 :LegacyMembershipRecorded;
    legacyMemberConverted @25 :LegacyMemberConverted;
    enrollmentRegistered @26 :EnrollmentRegistered;
    enrollmentReviewed @27 :EnrollmentReviewed;
    enrollmentEnded @28 :EnrollmentEnded;
    enrollmentAdjustmentRequested @29 :EnrollmentAdjustmentRequested;
    rosterReported @30 :RosterReported;
    rosterEntryReported @31 :RosterEntryReported;

    bindingRegistered @32 :BindingRegistered;
    bindingEnded @33 :BindingEnded;

    paymentNoticeIssued @34 :PaymentNoticeIssued;
    premiumPaid @35 :PremiumPaid;
    paymentFailed @36 :PaymentFailed;
    paymentReversed @37 :PaymentReversed;
    debitAgreementRecorded @38 :DebitAgreementRecorded;
    agentDeclarationFiled @39 :AgentDeclarationFiled;
    receiptIssued @40 :ReceiptIssued;
    fiscalPremiumSubsidised @41 :FiscalPremiumSubsidised;
    legacyPremiumCollected @42 :LegacyPremiumCollected;
    employerContributionAssessed @43 :EmployerContributionAssessed;
    employerContributionBaseAssessed @44 :EmployerContributionBaseAssessed;
    employerContributionPaid @45 :EmployerContributionPaid;
    arrearsOrderIssued @46 :ArrearsOrderIssued;

    medicalSettlementRecorded @47 :MedicalSettlementRecorded;
    retroactiveSettlementRecorded @48 :RetroactiveSettlementRecorded;
    annualSettlementReceived @49 :AnnualSettlementReceived;
    subsidyReimbursed @50 :SubsidyReimbursed;
    reimbursementReversed @51 :ReimbursementReversed;
    assistancePaid @52 :AssistancePaid;
    accountCredited @53 :AccountCredited;
    accountTransferred @54 :AccountTransferred;
    accountSpent @55 :AccountSpent;
    careFilingRecorded @56 :CareFilingRecorded;
    examTaken @57 :ExamTaken;

    channelFundAllocated @58 :ChannelFundAllocated;
    fiscalTopUpGranted @59 :FiscalTopUpGranted;
    surplusRecovered @60 :SurplusRecovered;
    fundMovementRecorded @61 :FundMovementRecorded;
    fundHandoverRecorded @62 :FundHandoverRecorded;

    personRegistered @63 :PersonRegistered;
    personStatusRecorded @64 :PersonStatusRecorded;
    kinshipRecorded @65 :KinshipRecorded;
    unitRecorded @66 :UnitRecorded;
    employmentRecorded @67 :EmploymentRecorded;
    organisationRecorded @68 :OrganisationRecorded;
    certificateRecorded @69 :CertificateRecorded;
    exemptionListReceived @70 :ExemptionListReceived;
    exemptionListEntryReceived @71 :ExemptionListEntryReceived;
    pointsQualificationRecorded @72 :PointsQualificationRecorded;

    cardMaterialSubmitted @73 :CardMaterialSubmitted;
    cardBatchSent @74 :CardBatchSent;
    cardBatchEntrySent @75 :CardBatchEntrySent;
    cardStateChanged @76 :CardStateChanged;

    findingOpened @77 :FindingOpened;
    rectificationStepRecorded @78 :RectificationStepRecorded;
    findingClosed @79 :FindingClosed;
    complianceReportIssued @80 :ComplianceReportIssued;
    commandRejected @81 :CommandRejected;

    policyDocumentPublished @82 :PolicyDocumentPublished;
    ruleVersionPublished @83 :RuleVersionPublished;
    parameterAnnounced @84 :ParameterAnnounced;
    windowPublished @85 :WindowPublished;
    interpretationAdopted @86 :InterpretationAdopted;

    accessRecorded @87 :AccessRecorded;
  }
}

struct Correction {
  # Restates (with a full body of the fact's type) or voids (body EventVoided) one fact. Nothing is
  # edited: an earlier basis still gives the earlier answer.

  replaces @0 :UInt64;
  # Sequence of the version that its author had before his eyes. Another one is a conflict.

  cause @1 :CorrectionCause $A.zh("更正原因") $A.required;
  authority @2 :CorrectionAuthority $A.zh("更正依据机关") $A.required;
  authorityDocument @3 :Text $A.zh("依据文号");
  # Number of the order or notice, printable ASCII and Chinese brackets; never free text.

  formerPersons @4 :List(PersonId);
  formerUnits @5 :List(UnitId);
  formerPersonYear @6 :Year;
  formerUnitYear @7 :Year;
  # Subjects and years of effect of the replaced version, so that the correction is seen by those
  # it was taken away from.
}

enum CorrectionCause {
  unspecified @0;
  transcriptionError @1 $A.zh("录入错误");
  wrongPerson @2 $A.zh("人员错误");
  wrongUnit @3 $A.zh("单位错误");
  wrongAmount @4 $A.zh("金额错误");
  wrongDate @5 $A.zh("日期错误");
  duplicate @6 $A.zh("重复记录");
  sourceCorrected @7 $A.zh("来源更正");
  auditFinding @8 $A.zh("审计整改");
  neverHappened @9 $A.zh("事实不存在");
}

enum CorrectionAuthority {
  unspecified @0;
  unit @1 $A.zh("单位");
  agency @2 $A.zh("医保经办机构");
  taxAuthority @3 $A.zh("税务机关");
  financeDepartment @4 $A.zh("财政部门");
  auditOffice @5 $A.zh("审计机关");
  court @6 $A.zh("法院");
}

# ---------------------------------------------------------------------------- the ledger itself

struct LedgerCreated $A.zh("建账") $A.family("ledger") {
  # Sequence 0 of every ledger.
  ledgerHigh @0 :UInt64;
  ledgerLow @1 :UInt64;
  origin @2 :Text $A.zh("账本来源名") $A.required;
  formatVersion @3 :UInt16;
  programVersion @4 :Text;
  simulatedClock @5 :YesNo;
  # yes only on ledgers whose origin ends in .invalid
  publicKey @6 :Data;
  # Ed25519 key that signs checkpoints, 32 bytes.
}

struct PackAdopted $A.zh("采用规则包") $A.family("ledger") {
  # First event of the submission that publishes the rules of a pack, one RuleVersionPublished each.
  pack @0 :Text $A.zh("规则包") $A.required;
  version @1 :Text $A.zh("版本") $A.required;
  digest @2 :Digest;
  # SHA-256 of the pack file as adopted.
  declarations @3 :Text;
  # Canonical JSON: titles, documents, areas, code lists, interpretations and open points.
  rules @4 :UInt64;
}

struct PersonsLinked $A.zh("人员合并") $A.family("ledger") {
  # Two pseudonyms turned out to be one person (a newborn's certificate and later ID number). No
  # program records it yet; its number is kept.
  person @0 :PersonId $A.zh("保留的人员") $A.required;
  formerPerson @1 :PersonId $A.zh("并入的人员") $A.required;
}

struct PersonErased $A.zh("个人信息删除") $A.family("ledger") {
  person @0 :PersonId $A.zh("人员") $A.required;
  legalBasis @1 :Text $A.zh("法律依据") $A.required $A.codes("legalBasis");
  firstApproverHigh @2 :UInt64;
  firstApproverLow @3 :UInt64;
  secondApproverHigh @4 :UInt64;
  secondApproverLow @5 :UInt64;
}

struct PersonRestricted $A.zh("个人信息限制处理") $A.family("ledger") {
  person @0 :PersonId $A.zh("人员") $A.required;
  legalBasis @1 :Text $A.zh("法律依据") $A.required $A.codes("legalBasis");
  until @2 :Date $A.zh("限制至（不含）");
  firstApproverHigh @3 :UInt64;
  firstApproverLow @4 :UInt64;
  secondApproverHigh @5 :UInt64;
  secondApproverLow @6 :UInt64;
}

struct PrincipalChanged $A.zh("授权变更") $A.family("ledger") {
  principalHigh @0 :UInt64;
  principalLow @1 :UInt64;
  role @2 :Text $A.zh("角色") $A.required;
  granted @3 :YesNo $A.zh("授予") $A.required;
  unit @4 :UnitId;
  # Not written: the institution stands below, by its number.
  area @5 :Area $A.zh("区域");
  # The grant is for what lies in it; absent: for everything.
  credential @6 :Digest;
  # SHA-256 of the certificate (DER) that authenticates the principal; absent for people who come
  # through the gateway of their institution.
  label @7 :Text $A.zh("名称");
  # An institution, a workplace or a staff number; never a person's name.
  until @8 :Date $A.zh("有效期至（不含）");
  institution @9 :Text $A.zh("机构编号");
  # The grant is for what names this unit; absent: for all units.
}

struct KeyRotated $A.zh("密钥轮换") $A.family("ledger") {
  # The log has another key, which signs from now on.
  purpose @0 :Text $A.required;
  # "checkpoint": Ed25519, signs checkpoints. Of another purpose none has been recorded.
  publicKey @1 :Data;
  previousPublicKey @2 :Data;
  # The one that LedgerCreated or the last KeyRotated of the purpose names.
}

struct SubjectMapCommitted $A.zh("主体目录承诺") $A.family("ledger") {
  # Root of the map from subject to the number and hash chain of its events, at a tree size.
  size @0 :UInt64;
  subjects @1 :UInt64;
  root @2 :Digest;
}

struct ReportRecorded $A.zh("报表登记") $A.family("ledger") {
  report @0 :Text $A.zh("报表") $A.required;
  basis @1 :UInt64;
  on @2 :Date;
  rows @3 :UInt64;
  digest @4 :Digest;
  # HMAC under the vault's digest key when the report holds identity, else SHA-256.
}

struct SourceReceived $A.zh("来源文件登记") $A.family("ledger") {
  # First event of a submission that came from a file: what it came from. The file's name is sealed
  # in the vault.
  digest @0 :Digest;
  # HMAC-SHA256 of the file under the vault's digest key: a plain digest of a file with identities
  # could be guessed.
  format @1 :Text $A.zh("格式") $A.required;
  rows @2 :UInt64 $A.zh("行数");
}

struct AccessRecorded $A.zh("查阅登记") $A.family("ledger") {
  # Only in access journals: somebody asked something of the ledger that the journal belongs to. The
  # envelope's actor is the principal; none is who works on the ledger's own machine.
  operation @0 :Text $A.zh("操作") $A.required;
  # Name of the route or of the command.
  outcome @1 :Text $A.zh("结果") $A.required;
  # "allowed", "masked" or "denied".
  channel @2 :Text $A.zh("渠道") $A.required;
  # "https", "http" or "command".
  person @3 :PersonId $A.zh("人员");
  unit @4 :UnitId $A.zh("单位");
  role @5 :Text $A.zh("角色");
  purpose @6 :Text $A.zh("用途");
  caseNumber @7 :Text $A.zh("案号");
  basis @8 :UInt64;
  # Tree size that was asked at.
  on @9 :Date;
  account @10 :UInt64;
  # Number of the operating system's user, of commands.
}

struct EventVoided $A.zh("作废") $A.family("rectification") {
  # The fact of the envelope never was, or must not count. A void cannot be voided: register anew.
}

# ---------------------------------------------------------------------------- enrollment 参保

struct LegacyMembershipRecorded $A.zh("子女统筹参保") $A.family("enrollment") {
  # validOn: first day of membership in the legacy pooling (子女统筹).
  person @0 :PersonId $A.zh("子女") $A.required;
  parent @1 :PersonId $A.zh("父母");
  unit @2 :UnitId $A.zh("单位");
  fiscalLevel @3 :Text $A.zh("财政级次") $A.codes("fiscalLevel");
  until @4 :Date $A.zh("停止日（不含）");
}

struct LegacyMemberConverted $A.zh("统筹转换") $A.family("enrollment") {
  # validOn: day from which the new scheme applies. [HZ21-09]
  person @0 :PersonId $A.zh("子女") $A.required;
  fromScheme @1 :Text $A.zh("原险种") $A.required $A.codes("scheme");
  scheme @2 :Text $A.zh("转入险种") $A.required $A.codes("scheme");
  batch @3 :Text $A.zh("批次");
}

struct EnrollmentRegistered $A.zh("参保登记") $A.family("enrollment") {
  # validOn: day on which the enrollment was handled (办理日期).
  person @0 :PersonId $A.zh("参保人") $A.required;
  scheme @1 :Text $A.zh("险种") $A.required $A.codes("scheme");
  category @2 :Text $A.zh("类别") $A.codes("category");
  insuranceYear @3 :Year $A.zh("医保年度") $A.effectYear("both");
  kind @4 :EnrollmentKind $A.zh("参保方式");
  previousEnrollment @5 :FactId $A.zh("原参保登记");
  agentUnit @6 :UnitId $A.zh("代办单位");
  channel @7 :Text $A.zh("办理渠道") $A.codes("channel");
  declarationType @8 :Text $A.zh("申报类型") $A.codes("declarationType");
  waitingRequired @9 :YesNo $A.zh("需等待期");
  appliedOn @10 :Date $A.zh("申请日期");
  withinPrescribedTime @11 :YesNo $A.zh("在规定时间内");
  # Stated by the agency where the documents name no date [HZ14-11, HZ22-13].
}

enum EnrollmentKind {
  unspecified @0;
  newMember @1 $A.zh("新参保");
  renewal @2 $A.zh("续保");
  conversion @3 $A.zh("转换");
  schemeSwitch @4 $A.zh("险种转换");
  resumption @5 $A.zh("恢复参保");
  newborn @6 $A.zh("新生儿");
}

struct EnrollmentReviewed $A.zh("参保审核") $A.family("enrollment") {
  person @0 :PersonId $A.zh("参保人") $A.required;
  enrollment @1 :FactId $A.zh("参保登记");
  approved @2 :YesNo $A.zh("通过") $A.required;
  reviewer @3 :UnitId $A.zh("审核机构");
  insuranceYear @4 :Year $A.zh("医保年度") $A.effectYear("both");
}

struct EnrollmentEnded $A.zh("停保") $A.family("enrollment") {
  # validOn: first day without the enrollment.
  person @0 :PersonId $A.zh("参保人") $A.required;
  scheme @1 :Text $A.zh("险种") $A.required $A.codes("scheme");
  enrollment @2 :FactId $A.zh("参保登记");
  cause @3 :EndCause $A.zh("原因") $A.required;
}

enum EndCause {
  unspecified @0;
  stopped @1 $A.zh("停保");
  interrupted @2 $A.zh("中断");
  waived @3 $A.zh("放弃");
  switched @4 $A.zh("转险种");
  agedOut @5 $A.zh("超龄");
  death @6 $A.zh("死亡");
}

struct EnrollmentAdjustmentRequested $A.zh("参保变更申请") $A.family("enrollment") {
  person @0 :PersonId $A.zh("参保人") $A.required;
  agentUnit @1 :UnitId $A.zh("代办单位") $A.required;
  change @2 :Text $A.zh("变更内容") $A.required $A.codes("adjustment");
  accepted @3 :YesNo $A.zh("受理");
  insuranceYear @4 :Year $A.zh("医保年度") $A.effectYear("both");
}

struct RosterReported $A.zh("花名册") $A.family("enrollment") {
  # Header; each person is a RosterEntryReported of the same submission. validOn: state of the day.
  agentUnit @0 :UnitId $A.zh("代办单位") $A.required;
  insuranceYear @1 :Year $A.zh("医保年度") $A.required $A.effectYear("both");
  entries @2 :Int32 = .absentCount $A.zh("人数");
}

struct RosterEntryReported $A.zh("花名册人员") $A.family("enrollment") {
  agentUnit @0 :UnitId $A.zh("代办单位") $A.required;
  person @1 :PersonId $A.zh("人员") $A.required;
  insuranceYear @2 :Year $A.zh("医保年度") $A.required $A.effectYear("both");
  eligible @3 :YesNo $A.zh("应参保") $A.required;
  schoolClass @4 :Text $A.zh("班级");
}

# ---------------------------------------------------------------------------- binding 关系绑定

struct BindingRegistered $A.zh("关系绑定登记") $A.family("binding") {
  # validOn: day on which it was handled. Form fields that were missing are listed, not refused:
  # an incomplete form is a fact to be judged [HZ21-25, HZ21-30].
  person @0 :PersonId $A.zh("子女") $A.required;
  parent @1 :PersonId $A.zh("父母") $A.required;
  unit @2 :UnitId $A.zh("单位") $A.required;
  formNumber @3 :Text $A.zh("表号");
  sealed @4 :YesNo $A.zh("单位盖章");
  origin @5 :BindingOrigin $A.zh("来源");
  handledBy @6 :Text $A.zh("办理人") $A.codes("handledBy");
  enrolledInScheme @7 :YesNo $A.zh("是否参保（少儿医保）");
  missingParts @8 :List(FormPart) $A.zh("缺项");
  until @9 :Date $A.zh("停止日（不含）");
}

enum BindingOrigin {
  unspecified @0;
  form @1 $A.zh("登记表");
  withEnrollment @2 $A.zh("参保时一并办理");
  legacy @3 $A.zh("原子女统筹关系");
}

enum FormPart {
  unspecified @0;
  unitSeal @1 $A.zh("单位盖章");
  unitNumber @2 $A.zh("单位编号");
  formDate @3 $A.zh("日期");
  childName @4 $A.zh("子女姓名");
  childIdNumber @5 $A.zh("子女身份证号");
  parentName @6 $A.zh("父母姓名");
  parentIdNumber @7 $A.zh("父母身份证号");
  enrolledFlag @8 $A.zh("是否参保");
  telephone @9 $A.zh("联系电话");
}

struct BindingEnded $A.zh("解除绑定") $A.family("binding") {
  # validOn: first day without the binding.
  person @0 :PersonId $A.zh("子女") $A.required;
  parent @1 :PersonId $A.zh("父母");
  unit @2 :UnitId $A.zh("单位") $A.required;
  binding @3 :FactId $A.zh("绑定登记");
  cause @4 :BindingEndCause $A.zh("原因") $A.required;
}

enum BindingEndCause {
  unspecified @0;
  parentLeftUnit @1 $A.zh("父母离职");
  unitOutOfScope @2 $A.zh("单位不再符合范围");
  childIneligible @3 $A.zh("子女不再符合条件");
  requested @4 $A.zh("申请解除");
  death @5 $A.zh("死亡");
}

# ---------------------------------------------------------------------------- payment 缴费

struct PaymentNoticeIssued $A.zh("缴费通知") $A.family("payment") {
  person @0 :PersonId $A.zh("参保人") $A.required;
  scheme @1 :Text $A.zh("险种") $A.codes("scheme");
  insuranceYear @2 :Year $A.zh("医保年度") $A.required $A.effectYear("both");
  enrollment @3 :FactId $A.zh("参保登记");
  amount @4 :Int64 = .absentMoney $A.zh("金额");
  dueBy @5 :Date $A.zh("缴费截止日（含）");
}

struct PremiumPaid $A.zh("缴纳保费") $A.family("payment") {
  # validOn: the payer's transaction date [I-08]. The posting date says when the money arrived.
  person @0 :PersonId $A.zh("参保人") $A.required;
  scheme @1 :Text $A.zh("险种") $A.codes("scheme");
  insuranceYear @2 :Year $A.zh("医保年度") $A.required $A.effectYear("both");
  enrollment @3 :FactId $A.zh("参保登记");
  amount @4 :Int64 = .absentMoney $A.zh("金额") $A.required;
  kind @5 :PremiumKind $A.zh("缴费类别");
  payerKind @6 :PayerKind $A.zh("缴费主体");
  payerUnit @7 :UnitId $A.zh("缴费单位");
  postedOn @8 :Date $A.zh("到账日期");
  channel @9 :Text $A.zh("缴费渠道") $A.codes("channel");
  mode @10 :Text $A.zh("缴费方式") $A.codes("paymentMode");
  period @11 :Text $A.zh("费款所属期");
  orderNumber @12 :Text $A.zh("订单号");
}

enum PremiumKind {
  unspecified @0;
  annual @1 $A.zh("年度保费");
  backPayment @2 $A.zh("补缴");
  retirementTopUp @3 $A.zh("退休一次性补缴");
}

enum PayerKind {
  unspecified @0;
  guardian @1 $A.zh("监护人");
  employee @2 $A.zh("职工");
  unit @3 $A.zh("单位");
  unemploymentFund @4 $A.zh("失业保险基金");
  finance @5 $A.zh("财政");
  agentUnit @6 $A.zh("代办单位");
  insuredPerson @7 $A.zh("本人");
}

struct PaymentFailed $A.zh("缴费失败") $A.family("payment") {
  person @0 :PersonId $A.zh("参保人") $A.required;
  insuranceYear @1 :Year $A.zh("医保年度") $A.effectYear("both");
  cause @2 :Text $A.zh("原因") $A.required $A.codes("paymentFailure");
  channel @3 :Text $A.zh("缴费渠道") $A.codes("channel");
}

struct PaymentReversed $A.zh("保费退回") $A.family("payment") {
  person @0 :PersonId $A.zh("参保人") $A.required;
  insuranceYear @1 :Year $A.zh("医保年度") $A.required $A.effectYear("both");
  payment @2 :FactId $A.zh("缴费记录");
  amount @3 :Int64 = .absentMoney $A.zh("金额") $A.required;
  cause @4 :Text $A.zh("原因") $A.codes("reversalCause");
}

struct DebitAgreementRecorded $A.zh("委托代扣协议") $A.family("payment") {
  # validOn: day of signature.
  person @0 :PersonId $A.zh("缴费人");
  unit @1 :UnitId $A.zh("缴费单位");
  bank @2 :Text $A.zh("银行") $A.required $A.codes("bank");
  area @3 :Area $A.zh("缴费人所在区域");
  block @4 :Text $A.zh("区块") $A.codes("block");
  until @5 :Date $A.zh("终止日（不含）");
}

struct AgentDeclarationFiled $A.zh("代办单位申报") $A.family("payment") {
  agentUnit @0 :UnitId $A.zh("代办单位") $A.required;
  insuranceYear @1 :Year $A.zh("医保年度") $A.required $A.effectYear("both");
  payers @2 :Int32 = .absentCount $A.zh("缴费人数") $A.required;
  exempt @3 :Int32 = .absentCount $A.zh("免缴人数");
  amount @4 :Int64 = .absentMoney $A.zh("申报金额") $A.required;
}

struct ReceiptIssued $A.zh("开具票据") $A.family("payment") {
  person @0 :PersonId $A.zh("缴费人");
  agentUnit @1 :UnitId $A.zh("代办单位");
  insuranceYear @2 :Year $A.zh("医保年度") $A.effectYear("both");
  payment @3 :FactId $A.zh("缴费记录");
  receiptNumber @4 :Text $A.zh("票据号") $A.required;
  issuer @5 :UnitId $A.zh("开具机构");
}

struct FiscalPremiumSubsidised $A.zh("财政代缴保费") $A.family("payment") {
  person @0 :PersonId $A.zh("参保人") $A.required;
  insuranceYear @1 :Year $A.zh("医保年度") $A.required $A.effectYear("both");
  enrollment @2 :FactId $A.zh("参保登记");
  category @3 :Text $A.zh("资助类别") $A.codes("exemption");
  evidence @4 :FactId $A.zh("依据");
  fiscalLevel @5 :Text $A.zh("财政级次") $A.codes("fiscalLevel");
  amount @6 :Int64 = .absentMoney $A.zh("金额") $A.required;
}

struct LegacyPremiumCollected $A.zh("征收子女统筹保费") $A.family("payment") {
  # validOn: day of collection; the premium month may be the month before [HZ21-04].
  unit @0 :UnitId $A.zh("单位") $A.required;
  premiumMonth @1 :Month $A.month $A.zh("费款所属月") $A.required;
  headcount @2 :Int32 = .absentCount $A.zh("人数") $A.required;
  unitAmount @3 :Int64 = .absentMoney $A.zh("单位缴纳") $A.required;
  personalAmount @4 :Int64 = .absentMoney $A.zh("个人缴纳");
}

struct EmployerContributionAssessed $A.zh("核定单位缴费") $A.family("payment") {
  # Header; each employee's base is an EmployerContributionBaseAssessed of the same submission.
  unit @0 :UnitId $A.zh("单位") $A.required;
  month @1 :Month $A.month $A.zh("费款所属月") $A.required;
  wageTotal @2 :Int64 = .absentMoney $A.zh("工资总额");
  amount @3 :Int64 = .absentMoney $A.zh("应缴金额") $A.required;
  dueOn @4 :Date $A.zh("缴费期限（含）");
}

struct EmployerContributionBaseAssessed $A.zh("核定缴费基数") $A.family("payment") {
  unit @0 :UnitId $A.zh("单位") $A.required;
  person @1 :PersonId $A.zh("职工") $A.required;
  month @2 :Month $A.month $A.zh("费款所属月") $A.required;
  averageWage @3 :Int64 = .absentMoney $A.zh("上年度月平均工资") $A.required;
  base @4 :Int64 = .absentMoney $A.zh("缴费基数") $A.required;
}

struct EmployerContributionPaid $A.zh("单位缴费") $A.family("payment") {
  unit @0 :UnitId $A.zh("单位") $A.required;
  month @1 :Month $A.month $A.zh("费款所属月") $A.required;
  amount @2 :Int64 = .absentMoney $A.zh("金额") $A.required;
  inFull @3 :YesNo $A.zh("足额") $A.required;
}

struct ArrearsOrderIssued $A.zh("责令限期缴纳") $A.family("payment") {
  # validOn: day of the decision.
  unit @0 :UnitId $A.zh("单位") $A.required;
  firstMonth @1 :Month $A.month $A.zh("欠费起始月") $A.required;
  lastMonth @2 :Month $A.month $A.zh("欠费截止月（含）") $A.required;
  limitTo @3 :Date $A.zh("缴纳期限（含）") $A.required;
}

# ---------------------------------------------------------------------------- reimbursement 报销

struct MedicalSettlementRecorded $A.zh("医疗费用结算") $A.family("reimbursement") {
  # validOn: first day of service.
  person @0 :PersonId $A.zh("参保人") $A.required;
  scheme @1 :Text $A.zh("险种") $A.codes("scheme");
  institution @2 :UnitId $A.zh("医疗机构");
  area @3 :Area $A.zh("就医地");
  careClass @4 :CareClass $A.zh("医疗类别") $A.required;
  serviceTo @5 :Date $A.zh("服务截止日（含）");
  settlementYear @6 :Year $A.zh("结算年度") $A.effectYear("both");
  total @7 :Int64 = .absentMoney $A.zh("总费用");
  inScope @8 :Int64 = .absentMoney $A.zh("范围内费用");
  deductible @9 :Int64 = .absentMoney $A.zh("起付标准");
  basicPaid @10 :Int64 = .absentMoney $A.zh("基本医保支付");
  seriousIllnessPaid @11 :Int64 = .absentMoney $A.zh("大病保险支付");
  assistancePaid @12 :Int64 = .absentMoney $A.zh("医疗救助支付");
  employerPaid @13 :Int64 = .absentMoney $A.zh("用人单位支付");
  personalInScope @14 :Int64 = .absentMoney $A.zh("个人负担（范围内）");
  personalOutOfScope @15 :Int64 = .absentMoney $A.zh("个人负担（范围外）");
  subsidyEligible @16 :Int64 = .absentMoney $A.zh("可享受单位医疗补助金额");
  direct @17 :YesNo $A.zh("直接结算");
  referral @18 :YesNo $A.zh("转诊");
}

enum CareClass {
  unspecified @0;
  outpatient @1 $A.zh("门诊");
  inpatient @2 $A.zh("住院");
  chronic @3 $A.zh("慢性病门诊");
  dialysis @4 $A.zh("透析");
  maternity @5 $A.zh("生育");
  examination @6 $A.zh("体检");
  pharmacy @7 $A.zh("药店购药");
  emergency @8 $A.zh("急诊");
}

struct RetroactiveSettlementRecorded $A.zh("暂停期费用补结算") $A.family("reimbursement") {
  # Costs of a suspension reimbursed after restoration [HZ22-09].
  person @0 :PersonId $A.zh("参保人") $A.required;
  unit @1 :UnitId $A.zh("单位");
  settlement @2 :FactId $A.zh("原结算");
  settlementYear @3 :Year $A.zh("结算年度") $A.effectYear("both");
  amount @4 :Int64 = .absentMoney $A.zh("金额") $A.required;
}

struct AnnualSettlementReceived $A.zh("年度结算信息") $A.family("reimbursement") {
  # validOn: day on which the unit retrieved it. [HZ21-19, HZ21-20]
  person @0 :PersonId $A.zh("子女") $A.required;
  unit @1 :UnitId $A.zh("单位");
  settlementYear @2 :Year $A.zh("结算年度") $A.required $A.effectYear("both");
  deductibleTotal @3 :Int64 = .absentMoney $A.zh("起付标准累计");
  subsidyEligibleAmount @4 :Int64 = .absentMoney $A.zh("可享受单位医疗补助金额") $A.required;
}

struct SubsidyReimbursed $A.zh("单位医疗补助报销") $A.family("reimbursement") {
  # validOn: day of payment by the unit.
  person @0 :PersonId $A.zh("子女") $A.required;
  parent @1 :PersonId $A.zh("父母");
  unit @2 :UnitId $A.zh("单位") $A.required;
  settlementYear @3 :Year $A.zh("结算年度") $A.required $A.effectYear("person");
  fundYear @4 :Year $A.zh("资金年度") $A.effectYear("unit");
  amount @5 :Int64 = .absentMoney $A.zh("金额") $A.required;
  fromChannel @6 :Int64 = .absentMoney $A.zh("原筹资渠道列支");
  fromFiscal @7 :Int64 = .absentMoney $A.zh("财政补助列支");
}

struct ReimbursementReversed $A.zh("报销退回") $A.family("reimbursement") {
  person @0 :PersonId $A.zh("子女") $A.required;
  unit @1 :UnitId $A.zh("单位") $A.required;
  reimbursement @2 :FactId $A.zh("报销记录");
  settlementYear @3 :Year $A.zh("结算年度") $A.required $A.effectYear("person");
  fundYear @4 :Year $A.zh("资金年度") $A.effectYear("unit");
  amount @5 :Int64 = .absentMoney $A.zh("金额") $A.required;
  cause @6 :Text $A.zh("原因") $A.codes("reversalCause");
}

struct AssistancePaid $A.zh("医疗救助支付") $A.family("reimbursement") {
  person @0 :PersonId $A.zh("参保人") $A.required;
  kind @1 :AssistanceKind $A.zh("类别") $A.required;
  settlementYear @2 :Year $A.zh("结算年度") $A.effectYear("both");
  base @3 :Int64 = .absentMoney $A.zh("基数");
  rateBasisPoints @4 :Int32 = .absentCount $A.zh("比例（万分之一）");
  amount @5 :Int64 = .absentMoney $A.zh("金额") $A.required;
  payer @6 :Text $A.zh("支付方") $A.codes("fund");
}

enum AssistanceKind {
  unspecified @0;
  aboveCeiling @1 $A.zh("重大疾病补助");
  hardship @2 $A.zh("医疗困难救助");
  dialysis @3 $A.zh("特殊医疗救助");
}

struct AccountCredited $A.zh("个人账户划入") $A.family("reimbursement") {
  person @0 :PersonId $A.zh("账户人") $A.required;
  yearClass @1 :AccountYear $A.zh("账户年份") $A.required;
  basis @2 :Text $A.zh("划账依据") $A.codes("creditBasis");
  amount @3 :Int64 = .absentMoney $A.zh("金额") $A.required;
}

enum AccountYear {
  unspecified @0;
  current @1 $A.zh("当年账户");
  past @2 $A.zh("历年账户");
}

struct AccountTransferred $A.zh("历年账户家庭共济") $A.family("reimbursement") {
  person @0 :PersonId $A.zh("转出人") $A.required;
  toPerson @1 :PersonId $A.zh("转入人") $A.required;
  yearClass @2 :AccountYear $A.zh("账户年份") $A.required;
  amount @3 :Int64 = .absentMoney $A.zh("金额") $A.required;
}

struct AccountSpent $A.zh("个人账户支出") $A.family("reimbursement") {
  person @0 :PersonId $A.zh("账户人") $A.required;
  yearClass @1 :AccountYear $A.zh("账户年份") $A.required;
  item @2 :Text $A.zh("项目") $A.required $A.codes("accountItem");
  amount @3 :Int64 = .absentMoney $A.zh("金额") $A.required;
}

struct CareFilingRecorded $A.zh("异地就医备案") $A.family("reimbursement") {
  person @0 :PersonId $A.zh("参保人") $A.required;
  kind @1 :Text $A.zh("备案类别") $A.required $A.codes("careFiling");
  area @2 :Area $A.zh("就医地");
  until @3 :Date $A.zh("终止日（不含）");
}

struct ExamTaken $A.zh("免费体检") $A.family("reimbursement") {
  person @0 :PersonId $A.zh("参保人") $A.required;
  institution @1 :UnitId $A.zh("医疗机构");
}

# ---------------------------------------------------------------------------- funding 资金

struct ChannelFundAllocated $A.zh("原渠道筹资") $A.family("funding") {
  # The unit's former legacy-pooling channel (原子女统筹筹资渠道) for a fund year [HZ21-22].
  unit @0 :UnitId $A.zh("单位") $A.required;
  fundYear @1 :Year $A.zh("资金年度") $A.required $A.effectYear("both");
  rate @2 :Int64 = .absentMoney $A.zh("标准（元/人/月）");
  childMonths @3 :Int32 = .absentCount $A.zh("人月数");
  amount @4 :Int64 = .absentMoney $A.zh("金额") $A.required;
}

struct FiscalTopUpGranted $A.zh("财政医疗补助") $A.family("funding") {
  unit @0 :UnitId $A.zh("单位") $A.required;
  fundYear @1 :Year $A.zh("资金年度") $A.required $A.effectYear("both");
  fiscalLevel @2 :Text $A.zh("财政级次") $A.codes("fiscalLevel");
  amount @3 :Int64 = .absentMoney $A.zh("金额") $A.required;
}

struct SurplusRecovered $A.zh("结余收回") $A.family("funding") {
  unit @0 :UnitId $A.zh("单位") $A.required;
  fundYear @1 :Year $A.zh("资金年度") $A.required $A.effectYear("both");
  amount @2 :Int64 = .absentMoney $A.zh("金额") $A.required;
}

struct FundMovementRecorded $A.zh("基金收支") $A.family("funding") {
  fund @0 :Text $A.zh("基金") $A.required $A.codes("fund");
  area @1 :Area $A.zh("区域");
  level @2 :Text $A.zh("级次") $A.codes("fiscalLevel");
  inflow @3 :YesNo $A.zh("收入") $A.required;
  amount @4 :Int64 = .absentMoney $A.zh("金额") $A.required;
}

struct FundHandoverRecorded $A.zh("基金移交") $A.family("funding") {
  area @0 :Area $A.zh("区域") $A.required;
  auditReference @1 :Text $A.zh("审计文号");
  debts @2 :Int64 = .absentMoney $A.zh("历史债务");
  arrears @3 :Int64 = .absentMoney $A.zh("欠费");
  balance @4 :Int64 = .absentMoney $A.zh("结余");
  complete @5 :YesNo $A.zh("移交完成");
}

# ---------------------------------------------------------------------------- registration 登记

struct PersonRegistered $A.zh("人员登记") $A.family("registration") {
  # validOn: day of registration. Creates the pseudonym.
  person @0 :PersonId $A.zh("人员") $A.required;
  birthDate @1 :Date $A.zh("出生日期") $A.required;
  identityCommitment @2 :Digest;
  # HMAC of the canonical identity under the person's own key, so that an identity can be opened
  # and proven one person at a time and is a random number once the key is destroyed.
  idType @3 :Text $A.zh("证件类型");
  status @4 :Text $A.zh("人员类别") $A.codes("personCategory");
  firstTime @5 :YesNo $A.zh("首次参保");
  channel @6 :Text $A.zh("登记渠道") $A.codes("channel");
}

struct PersonStatusRecorded $A.zh("人员状态") $A.family("registration") {
  # validOn: first day of the state. Which of value, area, months and flag a kind uses is said by
  # the code list `personStatus` (hukou: area; school: value = level, area; and so on).
  person @0 :PersonId $A.zh("人员") $A.required;
  kind @1 :Text $A.zh("状态类别") $A.required $A.codes("personStatus");
  value @2 :Text $A.zh("值");
  area @3 :Area $A.zh("区域");
  months @4 :Int32 = .absentCount $A.zh("月数");
  flag @5 :YesNo $A.zh("是否");
  until @6 :Date $A.zh("终止日（不含）");
}

struct KinshipRecorded $A.zh("亲属关系") $A.family("registration") {
  person @0 :PersonId $A.zh("子女") $A.required;
  parent @1 :PersonId $A.zh("监护人") $A.required;
  relation @2 :Text $A.zh("关系") $A.codes("relation");
  proof @3 :Text $A.zh("证明材料") $A.codes("kinshipProof");
  until @4 :Date $A.zh("终止日（不含）");
}

struct UnitRecorded $A.zh("单位登记") $A.family("registration") {
  # validOn: first day of the recorded state of the unit [HZ21-02].
  unit @0 :UnitId $A.zh("单位") $A.required;
  unitNumber @1 :Text $A.zh("单位编号") $A.required;
  name @2 :Text $A.zh("单位名称");
  creditCode @3 :Text $A.zh("统一社会信用代码");
  unitType @4 :Text $A.zh("单位类型") $A.codes("unitType");
  fiscalLevel @5 :Text $A.zh("财政级次") $A.codes("fiscalLevel");
  fullGuarantee @6 :YesNo $A.zh("财政全额保障");
  area @7 :Area $A.zh("区域");
  until @8 :Date $A.zh("终止日（不含）");
}

struct EmploymentRecorded $A.zh("任职") $A.family("registration") {
  person @0 :PersonId $A.zh("职工") $A.required;
  unit @1 :UnitId $A.zh("单位") $A.required;
  until @2 :Date $A.zh("离职日（不含）");
}

struct OrganisationRecorded $A.zh("机构登记") $A.family("registration") {
  # Agencies, schools, banks, medical institutions: everything that is not an employing unit.
  unit @0 :UnitId $A.zh("机构") $A.required;
  unitNumber @1 :Text $A.zh("机构编码") $A.required;
  name @2 :Text $A.zh("机构名称");
  kind @3 :Text $A.zh("机构类别") $A.required $A.codes("organisationKind");
  area @4 :Area $A.zh("区域");
  designated @5 :YesNo $A.zh("定点");
  designation @6 :Text $A.zh("定点类别") $A.codes("designation");
  until @7 :Date $A.zh("终止日（不含）");
}

struct CertificateRecorded $A.zh("证件") $A.family("registration") {
  # validOn: first day of validity.
  person @0 :PersonId $A.zh("持有人") $A.required;
  kind @1 :Text $A.zh("证件类别") $A.required $A.codes("certificate");
  level @2 :Int32 = .absentCount $A.zh("等级");
  validTo @3 :Date $A.zh("有效期至（含）");
  issuer @4 :Text $A.zh("发证机关") $A.codes("certificateIssuer");
  issuerArea @5 :Area $A.zh("发证机关区域");
}

struct ExemptionListReceived $A.zh("免缴名单") $A.family("registration") {
  # Header; each person is an ExemptionListEntryReceived of the same submission.
  # validOn: date of the list.
  issuer @0 :Text $A.zh("提供部门") $A.required $A.codes("listIssuer");
  entries @1 :Int32 = .absentCount $A.zh("人数");
}

struct ExemptionListEntryReceived $A.zh("免缴名单人员") $A.family("registration") {
  person @0 :PersonId $A.zh("人员") $A.required;
  category @1 :Text $A.zh("类别") $A.required $A.codes("exemption");
  issuer @2 :Text $A.zh("提供部门") $A.required $A.codes("listIssuer");
}

struct PointsQualificationRecorded $A.zh("积分入医") $A.family("registration") {
  person @0 :PersonId $A.zh("人员") $A.required;
  qualified @1 :YesNo $A.zh("取得资格") $A.required;
  validFrom @2 :Date $A.zh("资格起始日");
}

# ---------------------------------------------------------------------------- card 社会保障卡

struct CardMaterialSubmitted $A.zh("制卡材料") $A.family("card") {
  person @0 :PersonId $A.zh("参保人") $A.required;
  unit @1 :UnitId $A.zh("单位");
  materials @2 :List(CardMaterial) $A.zh("材料");
  bank @3 :Text $A.zh("银行") $A.codes("bank");
  fileNamesConform @4 :YesNo $A.zh("文件命名符合要求");
}

enum CardMaterial {
  unspecified @0;
  childIdFront @1 $A.zh("子女身份证正面");
  childIdBack @2 $A.zh("子女身份证反面");
  childHouseholdBook @3 $A.zh("子女户口簿");
  photo @4 $A.zh("一寸白底彩色证件照");
  guardianIdFront @5 $A.zh("监护人身份证正面");
  guardianIdBack @6 $A.zh("监护人身份证反面");
  householdBook @7 $A.zh("户口簿");
  birthCertificate @8 $A.zh("出生证明");
  summarySheet @9 $A.zh("申领汇总表");
}

struct CardBatchSent $A.zh("制卡批次") $A.family("card") {
  # Header; each person is a CardBatchEntrySent of the same submission.
  unit @0 :UnitId $A.zh("单位") $A.required;
  office @1 :UnitId $A.zh("接收机构");
  batch @2 :Text $A.zh("批次") $A.required;
  entries @3 :Int32 = .absentCount $A.zh("人数");
}

struct CardBatchEntrySent $A.zh("制卡批次人员") $A.family("card") {
  unit @0 :UnitId $A.zh("单位") $A.required;
  person @1 :PersonId $A.zh("参保人") $A.required;
  batch @2 :Text $A.zh("批次") $A.required;
}

struct CardStateChanged $A.zh("卡状态") $A.family("card") {
  person @0 :PersonId $A.zh("持卡人") $A.required;
  state @1 :CardState $A.zh("状态") $A.required;
  bank @2 :Text $A.zh("银行") $A.codes("bank");
  applicant @3 :Text $A.zh("申领人") $A.codes("cardApplicant");
  unit @4 :UnitId $A.zh("单位");
}

enum CardState {
  unspecified @0;
  applied @1 $A.zh("已申领");
  issued @2 $A.zh("已制卡");
  delivered @3 $A.zh("已送达单位");
  collectable @4 $A.zh("可领取");
  collected @5 $A.zh("已领取");
  activated @6 $A.zh("金融账户已激活");
}

# ---------------------------------------------------------------------------- rectification 整改

struct FindingOpened $A.zh("审计问题") $A.family("rectification") {
  finding @0 :Text $A.zh("问题编号") $A.required;
  authority @1 :Text $A.zh("提出机关") $A.codes("authority");
  rule @2 :Text $A.zh("涉及规则");
  unit @3 :UnitId $A.zh("责任单位");
  dueBy @4 :Date $A.zh("整改期限（含）");
  statement @5 :Text $A.zh("问题") $A.codes("findingStatement");
  check @6 :Text $A.zh("检查编号");
  # Number of the check that reported it: the finding is not closed while that check still reports
  # the unit or its people, the division, or, where neither is named, anyone.
  area @7 :Area $A.zh("区域");
  evidence @8 :List(Digest) $A.zh("证据摘要");
  # SHA-256 of the papers and files that the auditor has of it; they themselves are not kept.
}

struct RectificationStepRecorded $A.zh("整改措施") $A.family("rectification") {
  finding @0 :Text $A.zh("问题编号") $A.required;
  action @1 :Text $A.zh("措施") $A.required $A.codes("rectificationAction");
  unit @2 :UnitId $A.zh("单位");
  done @3 :YesNo $A.zh("完成");
  corrected @4 :FactId $A.zh("更正的记录");
  # The fact that was corrected or voided, or recorded late, for the finding. Papers that show it are
  # the submission's source.
  evidence @5 :List(Digest) $A.zh("证据摘要");
  # SHA-256 of the papers and files that show what was done.
}

struct FindingClosed $A.zh("整改销号") $A.family("rectification") {
  finding @0 :Text $A.zh("问题编号") $A.required;
  result @1 :Text $A.zh("结果") $A.required $A.codes("findingResult");
}

struct ComplianceReportIssued $A.zh("合规报告") $A.family("rectification") {
  report @0 :Text $A.zh("报告") $A.required;
  on @1 :Date $A.zh("状态日期");
  basis @2 :UInt64;
  recipient @3 :Text $A.zh("接收方") $A.codes("authority");
  digest @4 :Digest;
}

struct CommandRejected $A.zh("申报被拒") $A.family("rectification") {
  # A refusal by an outside system (a closed window, a refused adjustment), recorded as a fact. Our
  # own refusals are not events.
  attempted @0 :Text $A.zh("申报类型") $A.required;
  person @1 :PersonId $A.zh("人员");
  unit @2 :UnitId $A.zh("单位");
  rule @3 :Text $A.zh("规则");
  cause @4 :Text $A.zh("原因") $A.required $A.codes("rejectionCause");
}

# ---------------------------------------------------------------------------- policy 政策

struct PolicyDocumentPublished $A.zh("政策文件") $A.family("policy") {
  # validOn: date of issue.
  document @0 :Text $A.zh("文件") $A.required;
  number @1 :Text $A.zh("文号");
  title @2 :Text $A.zh("标题") $A.required;
  effectiveFrom @3 :Date $A.zh("施行日期");
  precedence @4 :Int32 = .absentCount $A.zh("效力位阶");
  replaces @5 :Text $A.zh("替代文件");
}

struct RuleVersionPublished $A.zh("规则版本") $A.family("policy") {
  # validOn: first day on which the version governs. Complete in itself: a replay needs no file.
  rule @0 :Text $A.zh("规则") $A.required;
  kind @1 :Text $A.zh("规则类别") $A.required;
  until @2 :Date $A.zh("失效日（不含）");
  document @3 :Text $A.zh("文件") $A.required;
  section @4 :Text $A.zh("条款") $A.required;
  certainty @5 :Certainty $A.zh("确定性") $A.required;
  parameters @6 :Text $A.zh("参数") $A.required;
  # Canonical JSON (keys sorted, integers only).
  saysZh @7 :Text $A.zh("规则表述") $A.required;
  saysEn @8 :Text $A.required;
  interpretations @9 :List(Text) $A.zh("解释口径");
  openPoints @10 :List(Text) $A.zh("未明确事项");
  pack @11 :Text $A.zh("规则包") $A.required;
}

enum Certainty {
  unspecified @0;
  document @1 $A.zh("文件规定");
  derived @2 $A.zh("推导");
  interpretation @3 $A.zh("解释");
  open @4 $A.zh("未明确");
}

struct ParameterAnnounced $A.zh("参数公告") $A.family("policy") {
  name @0 :Text $A.zh("参数") $A.required $A.codes("parameter");
  year @1 :Year $A.zh("年度");
  area @2 :Area $A.zh("区域");
  fiscalLevel @3 :Text $A.zh("级次") $A.codes("fiscalLevel");
  amount @4 :Int64 = .absentMoney $A.zh("金额");
  number @5 :Int32 = .absentCount $A.zh("数值");
  document @6 :Text $A.zh("文件");
}

struct WindowPublished $A.zh("办理窗口期") $A.family("policy") {
  # Either a period [validOn, periodTo] or days of each month, both ends inclusive.
  kind @0 :Text $A.zh("业务") $A.required $A.codes("window");
  periodTo @1 :Date $A.zh("截止日（含）");
  firstDayOfMonth @2 :Int32 = .absentCount $A.zh("每月起始日");
  lastDayOfMonth @3 :Int32 = .absentCount $A.zh("每月截止日（含）");
  document @4 :Text $A.zh("文件");
}

struct InterpretationAdopted $A.zh("采用解释口径") $A.family("policy") {
  point @0 :Text $A.zh("解释或未明确事项") $A.required;
  choice @1 :Text $A.zh("选择") $A.required;
  authority @2 :Text $A.zh("决定机关") $A.codes("authority");
  until @3 :Date $A.zh("失效日（不含）");
}
