// S7, S8: the server over the loopback address: a person's status, and the stream of all events.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <random>

#include "server/event_frames.h"
#include "server/http_client.h"
#include "server/http_listener.h"
#include "server/ledger_service.h"
#include "tools/bench.h"
#include "tools/bench_timing.h"

namespace kinledger::tools {
namespace {

using projections::Archive;

constexpr unsigned connections = 64;
constexpr std::size_t requests = 40'000;

ledger::LedgerOptions options_of(const std::filesystem::path& directory) {
  ledger::LedgerOptions options;
  options.directory = directory;
  return options;
}

/// A server of the archive on a port of its own.
class Server {
 public:
  Server(Archive& archive, const std::filesystem::path& directory)
      : log_(server::AccessLog::open(options_of(directory), archive.ledger().identity()).value()),
        access_(archive, *log_, [](std::string_view) {}),
        service_({archive, [](std::string_view) {}, [] {}, metrics_, access_}),
        listener_(server::HttpListener::open(
                      {}, [this](const auto& request) { return service_.respond(request); })
                      .value()),
        thread_([this] { listener_->run(); }) {}
  ~Server() {
    listener_->stop();
    thread_.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const { return listener_->address().port; }

 private:
  std::unique_ptr<server::AccessLog> log_;
  server::AccessControl access_;
  server::Metrics metrics_;
  server::LedgerService service_;
  std::unique_ptr<server::HttpListener> listener_;
  std::thread thread_;
};

/// A connection that is kept open.
class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    invariant(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Sends a GET and reads the whole answer, which must be a 200.
  void get(const std::string& target) {
    const auto request = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    invariant(::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) ==
              static_cast<ssize_t>(request.size()));
    answer_.clear();
    while (!is_whole()) {
      char bytes[16 * 1024];
      const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
      invariant(count > 0);
      answer_.append(bytes, static_cast<std::size_t>(count));
    }
    invariant(answer_.starts_with("HTTP/1.1 200 "), answer_);
  }

 private:
  bool is_whole() const {
    const auto end = answer_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    constexpr std::string_view field = "\r\nContent-Length: ";
    const auto length = answer_.find(field);
    invariant(length < end);
    return answer_.size() - end - 4 >= std::stoul(answer_.substr(length + field.size()));
  }

  const int socket_;
  std::string answer_;
};

struct Load {
  double per_second = 0;
  std::vector<double> milliseconds;  ///< of each request
};

Load load_of(std::uint16_t port, const std::function<std::string(std::size_t)>& target) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  Load load;
  const Stopwatch watch;
  std::vector<std::thread> clients;
  for (unsigned i = 0; i < connections; ++i)
    clients.emplace_back([&] {
      Client client(port);
      std::vector<double> took;
      for (std::size_t at; (at = next.fetch_add(1)) < requests;) {
        const Stopwatch one;
        client.get(target(at));
        took.push_back(one.seconds() * 1e3);
      }
      const std::lock_guard lock(mutex);
      load.milliseconds.insert(load.milliseconds.end(), took.begin(), took.end());
    });
  for (auto& client : clients) client.join();
  load.per_second = static_cast<double>(requests) / watch.seconds();
  return load;
}

std::vector<std::string> person_targets(Archive& archive) {
  std::vector<std::string> targets;
  const auto listed = archive.projector().subjects(
      projections::Subject::Kind::person, archive.ledger().durable().size,
      [&](const projections::Subject& subject) {
        targets.push_back("/v1/persons/" + ledger::to_text(ledger::PersonId{subject.id}) +
                          "/status?on=2021-06-30");
        return targets.size() < requests;
      });
  invariant(listed.has_value() && !targets.empty());
  return targets;
}

void status_figures(Archive& archive, const std::filesystem::path& directory,
                    std::vector<Figure>& out) {
  const auto targets = person_targets(archive);
  const Server server(archive, directory);
  const auto health = load_of(server.port(), [](std::size_t) { return std::string("/healthz"); });
  auto status =
      load_of(server.port(), [&](std::size_t at) { return targets[at % targets.size()]; });
  const auto ratio = status.per_second / health.per_second;
  out.push_back(compared(
      figure(
          "S7",
          "a person's status over HTTP, 64 connections, each recorded in the access journal first",
          status.per_second, "requests/s"),
      "the same server answering /healthz", ratio, ">= 20,000/s or ratio >= 0.4",
      status.per_second >= 20'000 || ratio >= 0.4));
  const auto p99 = percentile(status.milliseconds, 99);
  out.push_back(compared(figure("S7", "the same, p99", p99, "ms"), "", 0, "<= 5 ms", p99 <= 5));
}

void stream_figure(Archive& archive, const std::filesystem::path& directory,
                   std::vector<Figure>& out) {
  const auto replayed = std::ranges::find(out, "S4", &Figure::id)->value;
  const Server server(archive, directory);
  std::uint64_t bytes = 0;
  server::HttpStreamCall call;
  call.url.host = "127.0.0.1";
  call.url.port = server.port();
  call.path = "/v1/events?follow=false";
  call.accept = server::event_stream_type;
  call.begin = [](const server::HttpReply& head) { return head.status == 200; };
  call.take = [&](std::string_view piece) {
    bytes += piece.size();
    return true;
  };
  const Stopwatch watch;
  const auto end = server::stream(call);
  const auto rate = static_cast<double>(archive.ledger().durable().size.value) / watch.seconds();
  invariant(end.has_value() && *end == server::HttpStreamEnd::whole && bytes > 0);
  out.push_back(compared(
      figure("S8", "catch-up stream of stored events over the loopback address", rate, "events/s"),
      "S4", rate / replayed, ">= 1,000,000 events/s", rate >= 1'000'000));
}

}  // namespace

void bench_server(Archive& archive, const std::filesystem::path& directory,
                  std::vector<Figure>& out) {
  status_figures(archive, directory, out);
  stream_figure(archive, directory, out);
}

}  // namespace kinledger::tools
