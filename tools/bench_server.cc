// S7, S8, S17: the server over the loopback address: a person's status, the stream of all events,
// and many who follow it.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>

#include "server/event_frames.h"
#include "server/http_client.h"
#include "server/http_listener.h"
#include "server/ledger_service.h"
#include "tools/bench.h"
#include "tools/bench_timing.h"
#include "tools/open_files.h"

// Of mimalloc, unless a sanitizer brings its own allocator: gives back what is not in use.
extern "C" [[gnu::weak]] void mi_collect(bool force);

namespace kinledger::tools {
namespace {

using projections::Archive;

constexpr unsigned connections = 64;
constexpr std::size_t requests = 40'000;
constexpr std::size_t followers = 1'000;
/// Events recorded one after the other, each of which all followers are to see.
constexpr int shown_events = 20;

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
                      options(), [this](const auto& request) { return service_.respond(request); })
                      .value()),
        thread_([this] { listener_->run(); }) {}
  ~Server() {
    listener_->stop();
    thread_.join();
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const { return listener_->address().port; }
  void ring() { listener_->ring(); }

 private:
  /// All clients are of one address here.
  static server::HttpOptions options() {
    server::HttpOptions options;
    options.connections_per_address_max = 0;
    return options;
  }

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

  int socket() const { return socket_; }

  void send(const std::string& target, const std::string& fields = {}) {
    const auto request = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + fields + "\r\n";
    invariant(::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) ==
              static_cast<ssize_t>(request.size()));
  }
  /// Reads what has come of the answer, which must be a 200; true when it is whole.
  bool receive() {
    char bytes[16 * 1024];
    const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
    invariant(count > 0);
    answer_.append(bytes, static_cast<std::size_t>(count));
    if (!is_whole()) return false;
    invariant(answer_.starts_with("HTTP/1.1 200 "), answer_);
    answer_.clear();
    return true;
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

/// One thread asks over all connections, the next request on each as soon as it is answered: with a
/// thread for each the clients would take as much of two processors as the server.
Load load_of(std::uint16_t port, const std::function<std::string(std::size_t)>& target) {
  struct Connection {
    std::unique_ptr<Client> client;
    Stopwatch since;
  };
  std::vector<Connection> all;
  std::vector<pollfd> polled;
  std::size_t asked = 0;
  const auto ask = [&](Connection& asking) {
    asking.since = Stopwatch();
    asking.client->send(target(asked++));
  };
  Load load;
  const Stopwatch watch;
  for (unsigned i = 0; i < connections; ++i) {
    all.push_back({std::make_unique<Client>(port), {}});
    polled.push_back({all.back().client->socket(), POLLIN, 0});
    ask(all.back());
  }
  while (load.milliseconds.size() < requests) {
    invariant(::poll(polled.data(), polled.size(), -1) > 0);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (polled[i].revents == 0 || !all[i].client->receive()) continue;
      load.milliseconds.push_back(all[i].since.seconds() * 1e3);
      if (asked < requests) ask(all[i]);
    }
  }
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

/// Of this process, which is server and clients at once, without what it no longer uses.
double resident_mib() {
  if (mi_collect != nullptr) mi_collect(true);
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0, resident = 0;
  file >> pages >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

/// Those who follow the stream from its end on.
class Followers {
 public:
  Followers(std::uint16_t port, ledger::TreeSize from) {
    const auto target = "/v1/events?from=" + std::to_string(from.value);
    const auto accept = "Accept: " + std::string(server::event_stream_type) + "\r\n";
    for (std::size_t i = 0; i < followers; ++i) {
      clients_.push_back(std::make_unique<Client>(port));
      clients_.back()->send(target, accept);
    }
  }

  /// Waits until each of them was sent something, and then until nothing more comes.
  void wait_for_all() {
    std::vector<bool> has_seen(clients_.size());
    for (std::size_t seen = 0; seen < clients_.size();) seen += take(-1, has_seen);
    last_seen_ = Clock::now();
    while (take(100, has_seen), poll_count_ > 0) {
    }
  }
  std::chrono::steady_clock::time_point last_seen() const { return last_seen_; }

 private:
  using Clock = std::chrono::steady_clock;

  /// Reads what has come; how many had not been sent anything before.
  std::size_t take(int wait_ms, std::vector<bool>& has_seen) {
    std::vector<pollfd> polled;
    for (const auto& client : clients_) polled.push_back({client->socket(), POLLIN, 0});
    poll_count_ = ::poll(polled.data(), polled.size(), wait_ms);
    std::size_t first = 0;
    for (std::size_t i = 0; i < polled.size(); ++i) {
      if (polled[i].revents == 0) continue;
      char bytes[16 * 1024];
      invariant(::recv(polled[i].fd, bytes, sizeof bytes, 0) > 0, "a follower was let go");
      first += has_seen[i] ? 0 : 1;
      has_seen[i] = true;
    }
    return first;
  }

  std::vector<std::unique_ptr<Client>> clients_;
  int poll_count_ = 0;
  Clock::time_point last_seen_;
};

/// An event about nobody.
ledger::Submission announcement(const ledger::Ledger& ledger, int number) {
  ledger::Submission submission;
  submission.key = "bench follower " + std::to_string(number);
  submission.jurisdiction = ledger.identity().jurisdiction;
  auto& draft = submission.events.emplace_back().draft;
  draft.type = ledger::EventType::subject_map_committed;
  draft.envelope.valid_on = ledger::parse_date("2022-12-31").value();
  draft.set(ledger::Field::size, std::int64_t{1});
  draft.set(ledger::Field::subjects, std::int64_t{0});
  draft.set(ledger::Field::root, std::string(sizeof(ledger::Hash), '\0'));
  return submission;
}

void follower_figures(Archive& archive, const std::filesystem::path& directory,
                      std::vector<Figure>& out) {
  allow_open_files();  // both ends of each connection are this process's
  Server server(archive, directory);
  const auto before = resident_mib();
  Followers all(server.port(), archive.ledger().durable().size);
  all.wait_for_all();
  const auto memory = resident_mib() - before;
  std::vector<double> milliseconds;
  for (int i = 0; i < shown_events; ++i) {
    const auto submission = announcement(archive.ledger(), i);
    const auto begun = std::chrono::steady_clock::now();
    invariant(archive.submit(submission).value().receipt.has_value());
    server.ring();
    all.wait_for_all();
    milliseconds.push_back(
        std::chrono::duration<double, std::milli>(all.last_seen() - begun).count());
  }
  const auto count = std::to_string(followers);
  out.push_back(compared(
      figure("S17", count + " followers that wait, memory of the process for them", memory, "MiB"),
      "", 0, "<= 200 MiB", memory <= 200));
  const auto p50 = percentile(milliseconds, 50), most = percentile(milliseconds, 100);
  out.push_back(compared(
      figure("S17", "one new event: handed in, durable, and sent to all " + count + " of them, p50",
             p50, "ms"),
      "", 0, "<= 250 ms", p50 <= 250));
  out.push_back(figure("S17", "the same, slowest of " + std::to_string(shown_events), most, "ms"));
}

}  // namespace

void bench_server(Archive& archive, const std::filesystem::path& directory,
                  std::vector<Figure>& out) {
  status_figures(archive, directory, out);
  stream_figure(archive, directory, out);
  follower_figures(archive, directory, out);
}

}  // namespace kinledger::tools
