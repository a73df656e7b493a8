// premiums due and paid, exemptions, debit agreements.
#include <algorithm>

#include "ledger/text.h"
#include "projections/judgments/coverage.h"
#include "projections/judgments/debits.h"
#include "projections/judgments/handling.h"
#include "projections/judgments/payments.h"
#include "projections/judgments/premium_year.h"
#include "projections/judgments/sums.h"
#include "projections/questions/coverage_words.h"
#include "projections/questions/topics.h"

namespace kinledger::projections {
namespace {

using ledger::Area;
using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Result;

/// The membership asked about: recorded, or as it would be if the person joined on that day.
CoverageYear membership_asked(Asking& asking, const Arguments& arguments, Area jurisdiction) {
  auto& knowledge = asking.knowledge;
  const auto year = arguments.year_or_that_of_on();
  const auto scheme = arguments.text("scheme");
  const auto timeline = coverage_timeline(knowledge, *arguments.person, jurisdiction);
  const auto* held = scheme.empty() ? timeline.of(year) : timeline.of(year, scheme);
  if (held != nullptr) return *held;
  CoverageYear joining;
  joining.membership.scheme = scheme;
  joining.membership.year = year;
  joining.membership.handled_on = arguments.on;
  judge_coverage_year(knowledge, *arguments.person, jurisdiction, joining);
  return joining;
}

Word payer_word(ledger::PayerKind payer) {
  const auto payers =
      ledger::type_info(EventType::premium_paid).find(Field::payer_kind)->enumerants;
  const auto& named = payers[static_cast<std::size_t>(payer)];
  return {std::string(named.name), {std::string(named.zh), std::string(named.name)}};
}

/// The recorded category or the one that the rules give; why there is none where they have
/// categories.
void write_category(Knowledge& knowledge, const CategoryQuestion& question, const PremiumDue& due,
                    AnswerWriter& writer) {
  if (!due.category.empty()) {
    writer.put("category", {writer.code("category", due.category)});
    return;
  }
  const auto judged = category_of(knowledge, question);
  if (judged.is_ruled && !judged.category.undetermined) {
    writer.put_undetermined("category",
                            no_rule("没有已采用的规则规定此人的类别",
                                    "no adopted rule says in which category this person is"));
  } else {
    writer.put("category", judged.category);
  }
  writer.apply(judged.steps);
}

Result<void> judge_premium(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction = jurisdiction_of(knowledge.person(*arguments.person), knowledge.rules());
  writer.use(jurisdiction);
  const auto year = membership_asked(asking, arguments, jurisdiction);
  const Date standard_on = year.paid_on.value_or(arguments.on);
  const auto due = due_if_paid(knowledge, *arguments.person, jurisdiction, year, standard_on);
  writer.put("scheme", {writer.code("scheme", year.membership.scheme)});
  write_category(knowledge,
                 {.person = *arguments.person,
                  .jurisdiction = jurisdiction,
                  .scheme = year.membership.scheme,
                  .year = year.year,
                  .enrolled_on = year.membership.handled_on},
                 due, writer);
  writer.put("standard", due.standard);
  writer.put("personal", due.personal);
  writer.put("government", due.government);
  writer.put("total", due.total);
  writer.put("governmentLevel", {writer.code("fiscalLevel", due.government_level)});
  writer.put("exemptPayer",
             due.exempt.truth == Truth::yes ? Value{payer_word(due.exempt_payer)} : none());
  writer.put("standardOn", {standard_on});
  writer.put_or_none("payBy", year.pay_by);
  writer.apply(due.steps);
  return {};
}

constexpr Heading paid_columns[] = {
    {"paidOn", "交易日期", "transaction date", "date"},
    {"postedOn", "到账日期", "posted on", "date"},
    {"amount", "金额", "amount", "money"},
    {"paidBack", "退回", "paid back", "money"},
    {"payer",
     "缴费主体",
     "payer",
     "code",
     {},
     "guardian|employee|unit|unemploymentFund|finance|agentUnit|insuredPerson"},
    {"channel", "渠道", "channel", "code", {}, "of channel"},
    {"channelAllowed", "渠道符合规定", "channel allowed", "yesNo"},
    {"formConforms", "填报符合规定", "stated as the channel asks", "yesNo"},
    {"sequence", "记录", "record", "sequence"},
};

/// The rules of a region.
struct RegionalRules {
  const Rulebook& rules;
  Area jurisdiction;
};

/// Whether the documents name the channel for the scheme; "none" where none is recorded or no rule
/// names channels.
Value channel_allowed(const RegionalRules& region, const CoverageYear& year, const Payment& payment,
                      AnswerWriter& writer) {
  if (payment.channel.empty()) return none();
  bool is_ruled = false;
  bool is_open = false;
  for (const Rule* rule :
       region.rules.rules_of(RuleKind::payment_channel, region.jurisdiction, payment.paid_on)) {
    const auto& named = rule->as<PaymentChannel>();
    const bool is_for_it =
        named.schemes.empty() ||
        std::ranges::find(named.schemes, year.membership.scheme) != named.schemes.end();
    if (!is_for_it) continue;
    is_ruled = true;
    is_open = is_open || named.list_open;
    writer.apply({{.rule = rule, .facts = {payment.sequence}}});
    if (std::ranges::find(named.channels, payment.channel) != named.channels.end()) {
      return {true};
    }
  }
  if (is_open) {
    return {no_rule("文件所列渠道未列尽，其中没有该渠道",
                    "the documents leave their list of channels open and do not name this one")};
  }
  return is_ruled ? Value{false} : none();
}

/// Whether the payment states what its channel asks for; "none" where no channel is recorded or no
/// rule is about that.
Value form_conforms(const RegionalRules& region, const Payment& payment, AnswerWriter& writer) {
  const auto forms =
      region.rules.rules_of(RuleKind::payment_form, region.jurisdiction, payment.paid_on);
  if (payment.channel.empty() || forms.empty()) return none();
  for (const Rule* rule : forms) {
    const auto& form = rule->as<PaymentForm>();
    if (std::ranges::find(form.channels, payment.channel) == form.channels.end()) continue;
    writer.apply({{.rule = rule, .facts = {payment.sequence}}});
    const auto is_stated = [](const std::string& text, const std::string& asked) {
      return text.empty() ? Truth::unknown : truth_of(text == asked);
    };
    const auto conforms =
        all_of(is_stated(payment.mode, form.mode), is_stated(payment.period, form.period));
    if (conforms != Truth::unknown) return {conforms == Truth::yes};
    return {missing({"payment_form", "未登记：缴费方式或费款所属期",
                     "not recorded: mode or period of the payment"},
                    region.rules, region.jurisdiction)};
  }
  return {no_rule("没有已采用的规则规定该渠道如何填报",
                  "no adopted rule says what a payment on this channel states")};
}

std::vector<Row> payment_rows(const CoverageYear& year, const RegionalRules& region,
                              AnswerWriter& writer) {
  std::vector<Row> rows;
  for (const auto& payment : year.payments) {
    const bool is_stated = payment.payer != ledger::PayerKind::unspecified;
    rows.push_back({{payment.paid_on},
                    payment.posted_on ? Value{*payment.posted_on} : none(),
                    {payment.amount},
                    {payment.paid_back},
                    is_stated ? Value{payer_word(payment.payer)} : none(),
                    {writer.code("channel", payment.channel)},
                    channel_allowed(region, year, payment, writer),
                    form_conforms(region, payment, writer),
                    {payment.sequence}});
  }
  return rows;
}

/// Where to pay after the latest failure.
void write_fallback(const Dossier& person, const RegionalRules& region, AnswerWriter& writer) {
  const auto failures = person.of(EventType::payment_failed);
  if (!failures.empty()) {
    const auto& failure = failures.back();
    const auto on = failure.event.envelope().valid_on.value_or(Date{});
    for (const Rule* rule :
         region.rules.rules_of(RuleKind::payment_fallback, region.jurisdiction, on)) {
      const auto& fallback = rule->as<PaymentFallback>();
      if (std::ranges::find(fallback.causes, failure.event.text(Field::cause)) ==
          fallback.causes.end())
        continue;
      const auto failed_on = failure.event.text(Field::channel);
      if (!fallback.failed.empty() &&
          std::ranges::find(fallback.failed, failed_on) == fallback.failed.end())
        continue;
      Backing backing;
      backing.apply(*rule);
      writer.put("fallback", {writer.codes("channel", fallback.channels)}, backing);
      writer.put("fallbackListOpen", {fallback.list_open}, backing);
      writer.apply({{.rule = rule, .facts = {failure.sequence}}});
      return;
    }
  }
  writer.put("fallback", none());
  writer.put("fallbackListOpen", none());
}

/// The membership with what was paid for it by the date.
CoverageYear paid_by(Asking& asking, const Arguments& arguments, Area jurisdiction) {
  const auto known = membership_asked(asking, arguments, jurisdiction);
  CoverageYear year;
  year.membership = known.membership;
  for (const auto& payment : known.payments)
    if (payment.paid_on <= arguments.on) year.payments.push_back(payment);
  judge_coverage_year(asking.knowledge, *arguments.person, jurisdiction, year);
  return year;
}

Result<void> judge_payments(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  auto& knowledge = asking.knowledge;
  const auto jurisdiction = jurisdiction_of(knowledge.person(*arguments.person), knowledge.rules());
  writer.use(jurisdiction);
  const auto year = paid_by(asking, arguments, jurisdiction);
  const auto due = due_on(knowledge, *arguments.person, jurisdiction, year, arguments.on);
  writer.put("scheme", {writer.code("scheme", year.membership.scheme)});
  writer.put("due", due.personal);
  writer.put("paid", {year.paid});
  if (due.personal.value) {
    Backing backing = due.personal.backing;
    backing.weaken(ledger::Certainty::derived);
    writer.put("outstanding", {not_below_zero(difference(*due.personal.value, year.paid))},
               backing);
    writer.put("overpaid", {not_below_zero(difference(year.paid, *due.personal.value))}, backing);
  } else {
    writer.put("outstanding", due.personal);
    writer.put("overpaid", due.personal);
  }
  writer.put("timing", payment_timing(year, arguments.on, knowledge.rules(), jurisdiction));
  writer.put_or_none("paidOn", year.paid_on);
  writer.put_or_none("payBy", year.pay_by);
  writer.put("payments", {payment_rows(year, {knowledge.rules(), jurisdiction}, writer)});
  write_fallback(knowledge.person(*arguments.person), {knowledge.rules(), jurisdiction}, writer);
  writer.apply(year.steps);
  writer.apply(due.steps);
  return {};
}

constexpr Heading evidence_columns[] = {
    {"kind",
     "证件或名单类别",
     "certificate or list category",
     "code",
     {},
     "of certificate or exemption"},
    {"from", "自", "from", "date"},
    {"to", "至（含）", "to (inclusive)", "date"},
    {"sequence", "记录", "record", "sequence"},
};

Result<void> judge_exemption(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  const auto& dossier = asking.knowledge.person(*arguments.person);
  const auto jurisdiction = jurisdiction_of(dossier, asking.knowledge.rules());
  writer.use(jurisdiction);
  std::vector<Row> rows;
  const auto add = [&](EventType type, Field code, std::string_view list) {
    for (const auto& fact : dossier.of(type)) {
      const auto from = fact.event.envelope().valid_on;
      const auto to = fact.event.date(Field::valid_to);
      if (!from || *from > arguments.on || (to && *to < arguments.on)) continue;
      rows.push_back({{writer.code(list, fact.event.text(code))},
                      {*from},
                      to ? Value{*to} : none(),
                      {fact.sequence}});
    }
  };
  add(EventType::certificate_recorded, Field::kind, "certificate");
  add(EventType::exemption_list_entry_received, Field::category, "exemption");
  const auto judge = [&](Date on) {
    return exemption_of(asking.knowledge, {.person = *arguments.person,
                                           .jurisdiction = jurisdiction,
                                           .scheme = arguments.text("scheme"),
                                           .on = on});
  };
  const auto exemption = judge(arguments.on);
  writer.put("exempt", exemption.ruling);
  writer.put("payer",
             exemption.ruling.truth == Truth::yes ? Value{payer_word(exemption.payer)} : none());
  writer.put("evidence", {std::move(rows)});
  writer.apply(exemption.ruling.steps);
  writer.fail(exemption.ruling);
  if (exemption.ruling.truth == Truth::no) {
    writer.would_change_on(
        nearest_yes(exemption.ruling, [&](Date on) { return judge(on).ruling; }));
  }
  return {};
}

Result<void> judge_debit(Asking& asking, const Arguments& arguments, AnswerWriter& writer) {
  const auto& rules = asking.knowledge.rules();
  std::string bank(arguments.text("bank"));
  std::string block(arguments.text("block"));
  Area area;
  if (const auto text = arguments.text("area"); !text.empty()) {
    area.code = static_cast<std::uint32_t>(*ledger::digits_value(text));
  }
  Area jurisdiction = jurisdiction_of(Dossier(Subject::region()), rules);
  std::optional<DebitAgreement> agreement;
  if (arguments.person) {
    const auto& payer = asking.knowledge.person(*arguments.person);
    jurisdiction = jurisdiction_of(payer, rules);
    agreement = debit_agreement(payer, arguments.on);
  }
  writer.use(jurisdiction);
  if (agreement) {
    if (bank.empty()) bank = agreement->bank;
    if (block.empty()) block = agreement->block;
    if (area.code == 0) area = agreement->area;
  }
  const auto list = designated_banks(rules, jurisdiction, {area, block}, arguments.on);
  writer.put("bank", {writer.code("bank", bank)});
  if (bank.empty()) {
    writer.put("designated", none());
  } else {
    const auto ruling = bank_designated(list, bank);
    writer.put("designated", ruling);
    writer.fail(ruling);
  }
  if (list.banks.value) {
    writer.put("allowed", {writer.codes("bank", *list.banks.value)}, list.banks.backing);
  } else {
    writer.put_undetermined("allowed", *list.banks.undetermined);
  }
  writer.put_or_none("signedOn", agreement ? std::optional(agreement->signed_on) : std::nullopt);
  writer.apply(list.steps);
  if (agreement && !list.steps.empty()) {
    writer.apply({{.rule = list.steps.front().rule, .facts = {agreement->sequence}}});
  }
  return {};
}

}  // namespace

std::vector<Question> premium_questions() {
  return {
      {.name = "premium",
       .id = "Q-03",
       .zh = "应缴保费及分担",
       .en = "premium due and its split",
       .arguments = {person_argument, year_argument, scheme_argument},
       .fields = {{"scheme", "险种", "scheme", "code", {}, "of scheme"},
                  {"category", "类别", "category", "code", {}, "of enrollmentCategory"},
                  {"standard", "个人缴费标准", "personal share before exemption", "money"},
                  {"personal", "个人应缴", "personal share", "money"},
                  {"government", "政府补助", "government share", "money"},
                  {"total", "筹资标准合计", "both shares", "money"},
                  {"governmentLevel",
                   "补助级次",
                   "level of the government share",
                   "code",
                   {},
                   "of fiscalLevel"},
                  {"exemptPayer",
                   "免缴代缴方",
                   "who pays for the exempt",
                   "code",
                   {},
                   "guardian|employee|unit|unemploymentFund|finance|agentUnit|insuredPerson"},
                  {"standardOn", "标准适用日期", "standard of the day", "date"},
                  {"payBy", "缴费期限（含）", "pay by (inclusive)", "date"}},
       .judge = judge_premium},
      {.name = "payments",
       .id = "Q-04",
       .zh = "缴费记录、欠缴和是否按时",
       .en = "payments, what is outstanding, late or on time",
       .arguments = {person_argument, year_argument, scheme_argument},
       .fields = {{"scheme", "险种", "scheme", "code", {}, "of scheme"},
                  {"due", "个人应缴", "due", "money"},
                  {"paid", "已缴（净额）", "paid, net", "money"},
                  {"outstanding", "欠缴", "outstanding", "money"},
                  {"overpaid", "多缴", "paid too much", "money"},
                  {"timing", "是否按时", "timing", "code", {}, "on_time|late|overdue|unpaid"},
                  {"paidOn", "缴清日期", "paid on", "date"},
                  {"payBy", "缴费期限（含）", "pay by (inclusive)", "date"},
                  {"fallback", "缴费失败后可改用的渠道", "channels after a failure", "list"},
                  {"fallbackListOpen", "渠道未列尽", "further channels are possible", "yesNo"},
                  {"payments", "缴费记录", "payments", "rows", paid_columns}},
       .judge = judge_payments},
      {.name = "exemption",
       .id = "Q-05",
       .zh = "是否免缴及依据",
       .en = "whether the person is exempt, and the evidence",
       .arguments = {person_argument, scheme_argument},
       .fields = {{"exempt", "免缴", "exempt", "yesNo"},
                  {"payer",
                   "代缴方",
                   "who pays",
                   "code",
                   {},
                   "guardian|employee|unit|unemploymentFund|finance|agentUnit|insuredPerson"},
                  {"evidence", "证件和名单", "certificates and lists", "rows", evidence_columns}},
       .judge = judge_exemption},
      {.name = "debit",
       .id = "Q-32",
       .zh = "委托代扣银行是否为指定银行",
       .en = "whether a debit agreement is with a bank designated for the payer's area",
       .arguments = {{"person", Argument::Kind::person, false, "缴费人", "the payer", {}, {}},
                     {"area",
                      Argument::Kind::area,
                      false,
                      "缴费人所在区域，六位代码",
                      "area of the payer, six digits",
                      {},
                      {}},
                     {"bank", Argument::Kind::code, false, "银行", "the bank", "bank", {}},
                     {"block", Argument::Kind::code, false, "区块", "the block", "block", {}}},
       .fields = {{"bank", "银行", "bank", "code", {}, "of bank"},
                  {"designated", "指定银行", "designated", "yesNo"},
                  {"allowed", "可选银行", "banks allowed", "list"},
                  {"signedOn", "签约日期", "signed on", "date"}},
       .judge = judge_debit},
  };
}

}  // namespace kinledger::projections
