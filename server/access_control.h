// Access control (访问控制): who asks, whether they may, and the record that it leaves.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "ledger/submission.h"
#include "projections/archive.h"
#include "projections/questions/within.h"
#include "server/access_log.h"
#include "server/access_rules.h"
#include "server/http_message.h"
#include "server/principal.h"
#include "server/problem.h"
#include "server/rate_limit.h"
#include "server/token_desk.h"

namespace kinledger::server {

/// Who asks, with the grants that count for this request.
struct Caller {
  /// Whoever works on the ledger's own machine and asks over the loopback address, without TLS: may
  /// do everything, as with the ledger's files.
  bool is_local = false;
  ledger::ActorId principal;  ///< zero when local
  std::vector<Grant> grants;
  std::optional<Token> token;
  AccessChannel channel = AccessChannel::https;
};

/// What a request is about.
struct Inquiry {
  std::optional<ledger::PersonId> person;
  std::optional<ledger::UnitId> unit;
  std::optional<ledger::TreeSize> basis;
  std::optional<ledger::Date> on;
  const ledger::Submission* submission = nullptr;
  /// The role is enough for now: what is told, or recorded, is held against the scope piece by
  /// piece.
  bool is_checked_later = false;
  /// What is given holds the region's own records too, whomever these are about.
  bool gives_region = false;
  /// Of a list that keeps within something: what was asked for; empty: as much as there is within
  /// the scope.
  std::optional<projections::Within> within;
  std::string purpose;
  std::string case_number;
};

/// That the caller may, and by what.
struct Admission {
  std::optional<Role> role;  ///< none for a local caller
  /// Where the answer has to keep within, one of them being enough; none: everything.
  std::vector<Scope> within;
};

/// Thread rule: any thread.
class AccessControl {
 public:
  /// Told, from any thread, what went wrong inside.
  using Warn = std::function<void(std::string_view)>;

  /// The parts outlive it.
  AccessControl(projections::Archive& archive, AccessLog& log, Warn warn)
      : archive_(archive),
        log_(log),
        warn_(std::move(warn)),
        principals_(archive),
        identities_(identities_per_minute_max) {}

  /// By the certificate of the connection and the token. Refused: 401.
  Or<Caller> caller_of(const HttpRequest& request);
  /// Whether any of the caller's roles could do it at all.
  static bool could(const Caller& caller, Operation operation);
  /// How long, where the caller asked for identities, or by them, too often; else it counts as
  /// asked.
  std::optional<std::chrono::seconds> must_wait(const Caller& caller, Operation operation);
  /// Numbers and names that were handed in and do not fit count as looked up.
  void count_misses(const Caller& caller, std::span<const ledger::Refusal> refusals);
  /// Nothing when none of the grants reaches that far.
  ledger::Result<std::optional<Admission>> admit(const Caller& caller, Operation operation,
                                                 const Inquiry& inquiry);

  /// Begins to record; what it gives holds an answer back until the record is durable.
  std::function<void(std::function<void(bool)>)> record(Access access);

  PrincipalRegister& principals() { return principals_; }
  TokenDesk& tokens() { return tokens_; }
  AccessLog& log() { return log_; }

 private:
  ledger::Result<bool> covers(const Scope& scope, const Inquiry& inquiry);
  /// Whether the role records all that the submission holds.
  ledger::Result<bool> may_record_all(Role role, const ledger::Submission& submission);

  projections::Archive& archive_;
  AccessLog& log_;
  const Warn warn_;
  PrincipalRegister principals_;
  TokenDesk tokens_;
  RateLimit identities_;
};

/// NOT_PERMITTED
ledger::Reason beyond_scope();
/// The same, 403.
HttpResponse not_permitted();

}  // namespace kinledger::server
