// Tokens (令牌) of people who come through the gateway of their institution: short-lived, bound to
// the gateway's certificate, kept here as hashes and nowhere else. After a restart people ask their
// gateway for another one.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/crypto.h"
#include "ledger/types.h"

namespace kinledger::server {

inline constexpr std::chrono::minutes token_life{15};
inline constexpr std::size_t tokens_max = 10'000;

/// For whom, and through which gateway.
struct Token {
  ledger::ActorId principal;
  std::string institution;
  ledger::Hash certificate;  ///< of the gateway
};

/// Thread rule: any thread.
class TokenDesk {
 public:
  using Clock = std::chrono::steady_clock;

  /// 64 hexadecimal digits; nothing when there are too many.
  std::optional<std::string> issue(Token token, Clock::time_point now = Clock::now());
  /// Nothing when it was not issued, has expired, or comes with another certificate.
  std::optional<Token> find(std::string_view text, const ledger::Hash& certificate,
                            Clock::time_point now = Clock::now()) const;
  void revoke(std::string_view text);

 private:
  struct Issued {
    Token token;
    Clock::time_point until;
  };

  mutable std::mutex mutex_;
  ledger::SystemRandom random_;
  std::map<ledger::Hash, Issued> issued_;  ///< by SHA-256 of the text
};

}  // namespace kinledger::server
