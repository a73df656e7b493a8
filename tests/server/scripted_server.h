// A server that says what the test lets it say, and one that is a witness.
#pragma once

#include "server/witness_service.h"
#include "tests/ledger/growing_log.h"
#include "tests/server/socket_client.h"
#include "tests/test_directory.h"

namespace kinledger::server {

inline std::string url_of(const Serving& serving) {
  return "http://127.0.0.1:" + std::to_string(serving.port());
}

/// Keeps a port of the loopback address from being given to others, without listening on it.
class PortKeeper {
 public:
  explicit PortKeeper(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const int yes = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  ~PortKeeper() { ::close(socket_); }
  PortKeeper(const PortKeeper&) = delete;
  PortKeeper& operator=(const PortKeeper&) = delete;

 private:
  const int socket_;
};

/// An honest witness with a state of its own, stopped and started at will.
class WitnessOnSocket {
 public:
  WitnessOnSocket(std::string name, std::vector<ledger::NoteVerifier> logs)
      : name_(std::move(name)), logs_(std::move(logs)) {
    start();
  }

  void start() {
    ledger::SystemRandom random;
    witness_ = ledger::Witness::open(
                   {directory_.path() / "state", name_, logs_, [this] { return now; }, 0}, random)
                   .value();
    service_ = std::make_unique<WitnessService>(*witness_, [this](std::string_view words) {
      const std::lock_guard lock(mutex_);
      alarms_.emplace_back(words);
    });
    HttpOptions options;
    options.body_bytes_max = ledger::add_checkpoint_bytes_max;
    options.address.port = port_;
    serving_ = std::make_unique<Serving>(
        options, [this](const HttpRequest& request) { return service_->respond(request); });
    port_ = serving_->port();
    keeper_.reset();
  }
  void stop() {
    serving_.reset();
    keeper_ = std::make_unique<PortKeeper>(port_);
    service_.reset();
    witness_.reset();
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::uint16_t port() const { return port_; }
  ledger::Witness& witness() { return *witness_; }
  std::vector<std::string> alarms() {
    const std::lock_guard lock(mutex_);
    return alarms_;
  }

  ledger::CosignedAt now{1'790'000'000};

 private:
  const std::string name_;
  const std::vector<ledger::NoteVerifier> logs_;
  TestDirectory directory_;
  std::mutex mutex_;
  std::vector<std::string> alarms_;
  std::uint16_t port_ = 0;
  std::unique_ptr<ledger::Witness> witness_;
  std::unique_ptr<WitnessService> service_;
  std::unique_ptr<Serving> serving_;
  std::unique_ptr<PortKeeper> keeper_;  ///< while nothing is served
};

}  // namespace kinledger::server
