#include "server/access_control.h"

#include <algorithm>

#include "ledger/text.h"
#include "server/route.h"
#include "server/scope_check.h"

namespace kinledger::server {

using ledger::Reason;
using ledger::Result;

namespace {

constexpr std::string_view bearer = "Bearer ";

HttpResponse unknown_caller(std::string_view code, std::string zh, std::string en) {
  auto response = problem(401, Reason(std::string(code), std::move(zh), std::move(en)));
  response.fields.push_back({"WWW-Authenticate", "Bearer"});
  return response;
}

/// A record on its way, and the answer that waits for it.
class Recording {
 public:
  void is_recorded(bool durable) {
    std::function<void(bool)> waits;
    {
      const std::lock_guard lock(mutex_);
      durable_ = durable;
      waits.swap(waits_);
    }
    if (waits) waits(durable);
  }
  void when_recorded(std::function<void(bool)> tell) {
    {
      const std::lock_guard lock(mutex_);
      if (!durable_) {
        waits_ = std::move(tell);
        return;
      }
    }
    tell(*durable_);
  }

 private:
  std::mutex mutex_;
  std::optional<bool> durable_;
  std::function<void(bool)> waits_;
};

}  // namespace

Reason beyond_scope() {
  return {"NOT_PERMITTED", "未获授权：您的角色或范围不含此操作，请联系安全管理员",
          "not permitted: this is beyond your role or scope; ask the security administrator"};
}

HttpResponse not_permitted() { return problem(403, beyond_scope()); }

Or<Caller> AccessControl::caller_of(const HttpRequest& request) {
  Caller caller;
  if (!request.certificate) {
    caller.is_local = true;
    caller.channel = AccessChannel::http;
    return caller;
  }
  const auto known = principals_.now();
  if (!known) return problem(known.error(), warn_);
  const auto today = ledger::civil_date_of(archive_.ledger().now());
  const auto& certificate = *request.certificate;
  const auto authorization = field_of(request, "authorization");
  if (authorization.empty()) {
    const auto owner = (*known)->owner_of(certificate);
    if (!owner)
      return unknown_caller("CALLER_UNKNOWN", "此证书未登记给任何主体，请联系安全管理员",
                            "this certificate belongs to no principal: ask the security "
                            "administrator");
    caller.principal = *owner;
    for (const auto* grant : (*known)->of(*owner))
      if (grant->certificate == certificate && grant->is_live(today))
        caller.grants.push_back(*grant);
    return caller;
  }
  const auto refused = [] {
    return unknown_caller("TOKEN_INVALID", "令牌无效或已过期，请重新接入",
                          "the token is not good any more, or not with this certificate");
  };
  if (!authorization.starts_with(bearer)) return refused();
  caller.token = tokens_.find(authorization.substr(bearer.size()), certificate);
  if (!caller.token) return refused();
  const auto& grants = (*known)->grants();
  const bool gateway_stands = std::ranges::any_of(grants, [&](const Grant& grant) {
    return grant.role == Role::gateway && grant.certificate == certificate &&
           grant.institution == caller.token->institution && grant.is_live(today);
  });
  if (!gateway_stands) return refused();
  caller.principal = caller.token->principal;
  for (const auto* grant : (*known)->of(caller.principal))
    if (!grant->certificate && grant->institution == caller.token->institution &&
        grant->is_live(today))
      caller.grants.push_back(*grant);
  return caller;
}

bool AccessControl::could(const Caller& caller, Operation operation) {
  return caller.is_local || std::ranges::any_of(caller.grants, [&](const Grant& grant) {
           return reach_of(grant.role, operation) != Reach::nowhere;
         });
}

std::optional<std::chrono::seconds> AccessControl::must_wait(const Caller& caller,
                                                             Operation operation) {
  if (caller.is_local) return std::nullopt;
  if (is_rate_limited(operation)) return identities_.take(caller.principal);
  if (looks_up_by_the_way(operation)) return identities_.must_wait(caller.principal);
  return std::nullopt;
}

void AccessControl::count_misses(const Caller& caller, std::span<const ledger::Refusal> refusals) {
  if (caller.is_local) return;
  const auto misses = std::ranges::count_if(refusals, [](const ledger::Refusal& refusal) {
    return refusal.reason.code == "PERSON_UNKNOWN" || refusal.reason.code == "NAME_DIFFERS";
  });
  identities_.charge(caller.principal, static_cast<std::size_t>(misses));
}

Result<std::optional<Admission>> AccessControl::admit(const Caller& caller, Operation operation,
                                                      const Inquiry& inquiry) {
  if (caller.is_local) return std::optional(Admission{});
  const auto jurisdiction = archive_.ledger().identity().jurisdiction;
  std::optional<Admission> admission;
  std::vector<Grant> sighted;  // of an identity: those that see most of it first
  if (operation == Operation::read_identity) {
    sighted = caller.grants;
    std::ranges::stable_sort(sighted, std::ranges::greater(), [&](const Grant& grant) {
      return visibility_of(grant.role, IdentityPart::number, !inquiry.case_number.empty());
    });
  }
  for (const auto& grant : sighted.empty() ? caller.grants : sighted) {
    const auto reach = reach_of(grant.role, operation);
    if (reach == Reach::nowhere) continue;
    if (inquiry.submission != nullptr) {
      const auto may = may_record_all(grant.role, *inquiry.submission);
      if (!may) return may.error();
      if (!*may) continue;
    }
    const auto scope = grant.scope();
    const bool is_everything = scope.is_everything_in(jurisdiction);
    if (inquiry.gives_region && !is_everything && !sees_region(grant.role)) continue;
    if (reach == Reach::role_alone || is_everything)
      return std::optional(Admission{grant.role, {}});
    if (reach != Reach::scope) continue;
    const auto covered = inquiry.is_checked_later ? Result<bool>(true) : covers(scope, inquiry);
    if (!covered) return covered.error();
    if (!*covered) continue;
    if (!admission) admission = Admission{grant.role, {}};
    admission->within.push_back(scope);
  }
  return admission;
}

Result<bool> AccessControl::may_record_all(Role role, const ledger::Submission& submission) {
  auto& ledger = archive_.ledger();
  for (const auto& event : submission.events) {
    auto type = event.draft.type;
    // To void a record is for whoever may make it.
    if (type == ledger::EventType::event_voided && event.correction) {
      const auto target = event.correction->replaces;
      if (target.value >= ledger.durable().size.value) return false;
      const auto located = ledger.journal().locate(target);
      if (!located) return located.error();
      const auto voided = ledger::EventView::read(located->event(target));
      if (!voided) return voided.error();
      type = voided->type();
    }
    if (!may_record(role, type)) return false;
  }
  return true;
}

Result<bool> AccessControl::covers(const Scope& scope, const Inquiry& inquiry) {
  ScopeCheck check(archive_, scope);
  if (inquiry.submission != nullptr) return check.covers(*inquiry.submission);
  if (inquiry.within) return check.covers(*inquiry.within);
  if (!inquiry.person && !inquiry.unit) return false;
  if (inquiry.person)
    if (auto covered = check.covers(*inquiry.person); !covered || !*covered) return covered;
  return inquiry.unit ? check.covers(*inquiry.unit) : Result<bool>(true);
}

std::function<void(std::function<void(bool)>)> AccessControl::record(Access access) {
  auto recording = std::make_shared<Recording>();
  // Where a handler throws nobody waits for the record: it may be written when this is gone.
  log_.record(std::move(access), [warn = warn_, recording](const Result<void>& recorded) {
    if (!recorded) warn("the access journal: " + recorded.error().what);
    recording->is_recorded(recorded.has_value());
  });
  return [recording](std::function<void(bool)> may_leave) {
    recording->when_recorded(std::move(may_leave));
  };
}

}  // namespace kinledger::server
