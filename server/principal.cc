#include "server/principal.h"

#include <algorithm>

#include "ledger/id_halves.h"
#include "ledger/submission.h"

namespace kinledger::server {

using ledger::ActorId;
using ledger::EventView;
using ledger::Field;
using ledger::Hash;
using ledger::Parsed;
using ledger::Reason;
using ledger::Result;

namespace {

constexpr std::string_view role_names[] = {"submitter",
                                           "agency",
                                           "auditor",
                                           "exporter",
                                           "securityAdministrator",
                                           "systemAdministrator",
                                           "auditAdministrator",
                                           "gateway"};
static_assert(std::size(role_names) == role_count);

std::optional<Grant> grant_of(const EventView& event) {
  const auto role = role_named(event.text(Field::role));
  if (!role) return std::nullopt;
  Grant grant;
  grant.role = *role;
  grant.principal =
      ledger::id_of_halves<ActorId>(event, Field::principal_high, Field::principal_low);
  if (const auto institution = event.text(Field::institution); !institution.empty())
    grant.institution = institution;
  grant.area = event.area(Field::area);
  if (const auto digest = event.text(Field::credential); !digest.empty()) {
    Hash certificate;
    if (digest.size() != certificate.bytes.size()) return std::nullopt;
    std::ranges::copy(ledger::as_bytes(digest), certificate.bytes.begin());
    grant.certificate = certificate;
  }
  grant.until = event.date(Field::until);
  grant.label = event.text(Field::label);
  return grant;
}

}  // namespace

std::string_view to_text(Role role) { return role_names[static_cast<std::size_t>(role)]; }

std::optional<Role> role_named(std::string_view name) {
  const auto* const found = std::ranges::find(role_names, name);
  if (found == std::end(role_names)) return std::nullopt;
  return static_cast<Role>(found - std::begin(role_names));
}

Scope Grant::scope() const {
  Scope scope;
  if (institution) scope.unit = ledger::unit_id(*institution);
  scope.area = area;
  return scope;
}

bool Grant::is_same_grant(const Grant& other) const {
  return principal == other.principal && role == other.role && institution == other.institution &&
         area == other.area && certificate == other.certificate;
}

std::optional<ActorId> owner_of(const Hash& certificate, std::span<const Grant> grants) {
  const auto found = std::ranges::find(grants, std::optional(certificate), &Grant::certificate);
  if (found == grants.end()) return std::nullopt;
  return found->principal;
}

void Principals::apply(const EventView& change) {
  auto grant = grant_of(change);
  if (!grant) return;
  const auto same = std::ranges::find_if(
      grants_, [&](const Grant& known) { return known.is_same_grant(*grant); });
  if (same != grants_.end()) grants_.erase(same);
  if (change.flag(Field::granted).value_or(false)) grants_.push_back(std::move(*grant));
}

std::vector<const Grant*> Principals::of(const ActorId& principal) const {
  std::vector<const Grant*> held;
  for (const auto& grant : grants_)
    if (grant.principal == principal) held.push_back(&grant);
  return held;
}

std::vector<Grant> Principals::meant_by(const Grant& stated) const {
  std::vector<Grant> meant;
  for (const auto& grant : grants_) {
    const auto has = [](const auto& part, const auto& held) { return !part || part == held; };
    if (grant.principal == stated.principal && grant.role == stated.role &&
        has(stated.institution, grant.institution) && has(stated.area, grant.area) &&
        has(stated.certificate, grant.certificate))
      meant.push_back(grant);
  }
  return meant;
}

std::optional<Reason> Principals::conflict_of(const Grant& grant, ledger::Date today) const {
  if (grant.principal.is_zero())
    return Reason("PRINCIPAL_FORMAT", "主体编号不能全为零", "the id of a principal is not zero");
  if (!grant.is_live(today))
    return Reason("UNTIL_PAST", "有效期应晚于今天；收回授权请用 access revoke",
                  "a grant ends on a later day than today; to take one away: access revoke");
  if (!grant.certificate && (is_held_alone(grant.role) || !grant.institution))
    return Reason("CERTIFICATE_MISSING",
                  "此授权须给出证书；只有经本机构接入的工作人员（须给出机构）可以没有证书",
                  "this grant needs a certificate; only people who come through the gateway of "
                  "their institution, which must be given, have none");
  if (grant.role == Role::gateway && !grant.institution)
    return Reason("INSTITUTION_MISSING", "接入授权须给出机构",
                  "a gateway is that of an institution: give it");
  if (grant.certificate)
    if (const auto owner = owner_of(*grant.certificate); owner && *owner != grant.principal)
      return Reason("CERTIFICATE_TAKEN", "此证书已属于另一主体",
                    "this certificate belongs to another principal");
  for (const auto* held : of(grant.principal))
    if (held->is_live(today) && held->role != grant.role &&
        (is_held_alone(held->role) || is_held_alone(grant.role)))
      return Reason("ROLES_APART",
                    "管理员和接入角色不得与其他角色由同一主体担任（现有 " +
                        std::string(to_text(held->role)) + "）",
                    "an administrator's or gateway's role is held alone; this principal holds " +
                        std::string(to_text(held->role)));
  return std::nullopt;
}

ledger::SubmittedEvent event_of(const Grant& grant, bool is_granted) {
  ledger::SubmittedEvent event;
  auto& draft = event.draft;
  draft.type = ledger::EventType::principal_changed;
  ledger::set_halves(draft, Field::principal_high, Field::principal_low, grant.principal);
  draft.set(Field::role, to_text(grant.role));
  draft.set(Field::granted,
            static_cast<std::int64_t>(is_granted ? ledger::YesNo::yes : ledger::YesNo::no));
  if (grant.institution) draft.set(Field::institution, *grant.institution);
  if (grant.area) draft.set(Field::area, *grant.area);
  if (grant.certificate) draft.set(Field::credential, ledger::as_text(grant.certificate->bytes));
  if (!grant.label.empty()) draft.set(Field::label, grant.label);
  if (grant.until) draft.set(Field::until, *grant.until);
  return event;
}

Reason grant_unknown() {
  return {"GRANT_UNKNOWN", "没有这样的授权；见 access list",
          "there is no such grant; see access list"};
}

Result<std::shared_ptr<const Principals>> PrincipalRegister::now() {
  std::uint64_t changes = 0;
  {
    const std::lock_guard lock(kept_);
    if (now_) return now_;
    changes = changes_;
  }
  const auto rules = archive_.rulebook(archive_.ledger().durable().size);
  if (!rules) return rules.error();
  auto read = std::make_shared<Principals>();
  for (const auto& fact : (*rules)->region().of(ledger::EventType::principal_changed))
    read->apply(fact.event);
  const std::lock_guard lock(kept_);
  // What was read before a change is not kept behind it.
  if (changes == changes_) now_ = read;
  return std::shared_ptr<const Principals>(std::move(read));
}

Result<Parsed<ledger::Receipt>> PrincipalRegister::change(const std::vector<Grant>& grants,
                                                          bool is_granted, const ActorId& by,
                                                          const std::string& key) {
  const std::lock_guard changing(mutex_);
  const auto known = now();
  if (!known) return known.error();
  const auto today = ledger::civil_date_of(archive_.ledger().now());
  ledger::Submission submission;
  submission.key = key;
  submission.actor = by;
  Principals next = **known;
  const auto add = [&](const Grant& grant) -> Result<void> {
    submission.events.push_back(event_of(grant, is_granted));
    ledger::Bytes bytes;
    auto draft = submission.events.back().draft;
    if (const auto encoded = ledger::encode(draft, bytes); !encoded) return encoded.error();
    const auto event = EventView::read(bytes);
    if (!event) return event.error();
    next.apply(*event);
    return {};
  };
  if (is_granted) {
    // Handed in once more, what was granted would be in conflict with itself.
    const auto& ledger = archive_.ledger();
    const auto used = ledger.journal().submission(ledger.vault().submission_id(key));
    if (!used) return used.error();
    if (*used) {
      for (const auto& grant : grants) submission.events.push_back(event_of(grant, true));
      const auto again = archive_.submit(submission);
      if (!again) return again.error();
      if (again->receipt) return Parsed<ledger::Receipt>(*again->receipt);
      return Parsed<ledger::Receipt>(again->refusals.front().reason);
    }
  }
  for (const auto& grant : grants) {
    if (!by.is_zero() && grant.principal == by)
      return Parsed<ledger::Receipt>(
          Reason("ADMINISTRATOR_OWN", "不能更改自己的授权，请由另一名安全管理员办理",
                 "nobody changes what they may do themselves: ask another administrator"));
    if (is_granted)
      if (auto conflict = next.conflict_of(grant, today)) return Parsed<ledger::Receipt>(*conflict);
    const auto meant = is_granted ? std::vector{grant} : next.meant_by(grant);
    // What one before it took away too is not unknown.
    if (meant.empty() && (*known)->meant_by(grant).empty())
      return Parsed<ledger::Receipt>(grant_unknown());
    for (const auto& each : meant)
      if (const auto added = add(each); !added) return added.error();
  }
  const auto outcome = archive_.submit(submission);
  if (!outcome) return outcome.error();
  if (!outcome->receipt) return Parsed<ledger::Receipt>(outcome->refusals.front().reason);
  const std::lock_guard lock(kept_);
  ++changes_;
  now_.reset();
  return Parsed<ledger::Receipt>(*outcome->receipt);
}

}  // namespace kinledger::server
