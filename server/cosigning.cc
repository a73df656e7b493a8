#include "server/cosigning.h"

#include <algorithm>
#include <future>
#include <utility>

#include "ledger/base64.h"
#include "ledger/log_lines.h"
#include "ledger/text.h"
#include "ledger/witness.h"
#include "server/http_client.h"

namespace kinledger::server {
namespace {

using ledger::NoteSignature;
using ledger::PolicyWitness;
using ledger::Result;
using ledger::SignedNote;
using ledger::TreeHead;
using ledger::TreeSize;

constexpr std::size_t words_bytes_max = 200;
/// Of sending a checkpoint: the second one with the size that the witness told.
constexpr int attempts_max = 2;
constexpr std::string_view size_type = "text/x.tlog.size";

/// The size that a witness has, when it answers that it has another one than was meant.
std::optional<TreeSize> size_in(const HttpReply& reply) {
  if (reply.status != 409 || reply.content_type != size_type) return std::nullopt;
  std::string_view body = reply.body;
  const auto line = ledger::take_line(body);
  if (!line || !body.empty()) return std::nullopt;
  const auto size = ledger::read_decimal(*line);
  return size ? std::optional(TreeSize{*size}) : std::nullopt;
}

/// What the witness said, fit for a terminal: its first line, cut short.
std::string words_of(const HttpReply& reply) {
  auto line = reply.body.substr(0, reply.body.find('\n'));
  if (!ledger::accept_text(line, words_bytes_max)) line = "(no words that can be shown)";
  return "status " + std::to_string(reply.status) + ": " + line;
}

bool is_line_of(const NoteSignature& line, const PolicyWitness& witness) {
  return line.name == witness.verifier.name && line.key_id == witness.verifier.key_id();
}

/// How witnesses are asked.
struct Asking {
  std::chrono::milliseconds deadline;
  Tls* tls;
  ledger::CosignedAt now;
};

/// A POST where there is a body, else a GET.
Result<HttpReply> send(const PolicyWitness& witness, std::string path,
                       const std::optional<std::string>& body, const Asking& asking) {
  auto url = read_http_url(witness.url);
  if (!url) return url.error();
  HttpCall request{std::move(*url), std::move(path), body.has_value(), body.value_or("")};
  request.deadline = asking.deadline;
  request.tls = asking.tls;
  request.body_bytes_max = ledger::signed_note_bytes_max;
  return call(request);
}

/// Nothing unless the log signed it.
std::optional<HeldCheckpoint> held_by(const PolicyWitness& witness, const ledger::StatedKeys& log,
                                      const Asking& asking) {
  if (witness.url.empty()) return std::nullopt;
  const auto path = "/" + ledger::origin_hash(log.origin()) + "/checkpoint";
  const auto reply = send(witness, path, std::nullopt, asking);
  if (!reply || reply->status != 200) return std::nullopt;
  auto note = ledger::read_note(reply->body);
  const auto checkpoint = note ? ledger::read_checkpoint(note->text) : std::nullopt;
  if (!checkpoint || checkpoint->origin != log.origin() || !log.have_signed(*note))
    return std::nullopt;
  return HeldCheckpoint{std::move(*note), checkpoint->head};
}

/// Asks one witness about one checkpoint.
class WitnessInquiry {
 public:
  WitnessInquiry(const PolicyWitness& witness, const ledger::StatedKeys& log,
                 const SignedNote& note, const TreeHead& head, const ProveFrom& prove,
                 const Asking& asking)
      : witness_(witness), log_(log), note_(note), head_(head), prove_(prove), asking_(asking) {}

  struct Answer {
    WitnessReport report;
    std::optional<NoteSignature> line;
  };
  Answer run(TreeSize last);

 private:
  Answer with(Cosigning outcome, std::string words) const {
    return {{witness_.name, outcome, std::move(words), std::nullopt}, std::nullopt};
  }
  Result<std::string> request_from(TreeSize last) const;
  Answer accept(const HttpReply& reply) const;
  Answer look_into(std::string words) const;
  bool is_continued(const TreeHead& earlier) const;

  const PolicyWitness& witness_;
  const ledger::StatedKeys& log_;
  const SignedNote& note_;
  const TreeHead& head_;
  const ProveFrom& prove_;
  const Asking asking_;
};

Result<std::string> WitnessInquiry::request_from(TreeSize last) const {
  auto text = "old " + std::to_string(last.value) + "\n";
  if (last.value != 0 && last != head_.size) {
    const auto proof = prove_(last);
    if (!proof) return proof.error();
    for (const auto& hash : *proof) text += ledger::to_base64(hash.bytes) + "\n";
  }
  return text + "\n" + note_.to_text();
}

WitnessInquiry::Answer WitnessInquiry::run(TreeSize last) {
  if (witness_.url.empty()) return with(Cosigning::unreachable, "the policy gives no URL for it");
  if (last > head_.size) last = {};
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    const auto request = request_from(last);
    if (!request) return with(Cosigning::refused, "not asked: " + request.error().what);
    const auto reply = send(witness_, "/add-checkpoint", *request, asking_);
    if (!reply) return with(Cosigning::unreachable, reply.error().what);
    if (reply->status == 200) return accept(*reply);
    if (reply->status == 422) return look_into(words_of(*reply));
    const auto size = size_in(*reply);
    if (!size) return with(Cosigning::refused, words_of(*reply));
    if (*size > head_.size)
      return look_into("it says that it cosigned " + std::to_string(size->value) +
                       " events of this log");
    if (*size == last) break;
    last = *size;
  }
  return with(Cosigning::refused, "it contradicts itself about the size that it has");
}

WitnessInquiry::Answer WitnessInquiry::accept(const HttpReply& reply) const {
  const auto answered = ledger::read_note(note_.text + "\n" + reply.body);
  const auto at = answered && answered->text == note_.text
                      ? ledger::cosigned_at(*answered, witness_.verifier)
                      : std::nullopt;
  if (!at)
    return with(Cosigning::lied, "its answer holds no cosignature that verifies with its key");
  if (const auto most = ledger::CosignedWindow::at(asking_.now).until; *at > most)
    return with(Cosigning::refused, "not taken: by its clock it is " +
                                        std::to_string(at->seconds - asking_.now.seconds) +
                                        " s later than here; one of the two clocks is wrong");
  const auto line = std::ranges::find_if(
      answered->signatures, [&](const NoteSignature& each) { return is_line_of(each, witness_); });
  auto answer = with(Cosigning::cosigned, "");
  answer.line = *line;
  return answer;
}

/// The witness says that the checkpoint does not continue what it has. Whether that is so shows the
/// checkpoint that it has, if the log signed that.
WitnessInquiry::Answer WitnessInquiry::look_into(std::string words) const {
  auto held = held_by(witness_, log_, asking_);
  if (!held || is_continued(held->head)) return with(Cosigning::refused, std::move(words));
  auto answer = with(Cosigning::contradicts, "it holds a checkpoint of " +
                                                 std::to_string(held->head.size.value) +
                                                 " events that this log signed");
  answer.report.contradicting = std::move(held);
  return answer;
}

/// True also when it cannot be told now: nobody is accused without a proof.
bool WitnessInquiry::is_continued(const TreeHead& earlier) const {
  if (earlier.size > head_.size) return false;
  if (earlier.size == head_.size) return earlier == head_;
  if (earlier.size.value == 0) return earlier.root == ledger::empty_root();
  const auto proof = prove_(earlier.size);
  return !proof || ledger::verify_consistency(earlier, head_, *proof);
}

}  // namespace

Result<CosignatureCollector> CosignatureCollector::make(ledger::WitnessPolicy policy,
                                                        ledger::StatedKeys log, Options options) {
  bool any_is_secured = false;
  for (const auto& witness : policy.witnesses()) {
    if (witness.url.empty()) continue;
    const auto url = read_http_url(witness.url);
    if (!url) return url.error();
    any_is_secured = any_is_secured || url->is_secured;
  }
  CosignatureCollector collector(std::move(policy), std::move(log), std::move(options));
  if (!any_is_secured && collector.options_.authorities.empty()) return collector;
  TlsFiles files;
  files.authorities = collector.options_.authorities;
  auto tls = Tls::for_client(files);
  if (!tls) return tls.error();
  collector.tls_ = std::move(*tls);
  return collector;
}

std::vector<std::optional<HeldCheckpoint>> CosignatureCollector::look() {
  const auto& witnesses = policy_.witnesses();
  const Asking asking{options_.deadline, tls_.get(), options_.now()};
  std::vector<std::future<std::optional<HeldCheckpoint>>> asked;
  asked.reserve(witnesses.size());
  for (const auto& witness : witnesses)
    asked.push_back(std::async(std::launch::async, [&] { return held_by(witness, log_, asking); }));
  std::vector<std::optional<HeldCheckpoint>> held;
  for (auto& answer : asked) {
    held.push_back(answer.get());
    if (held.back()) last_[held.size() - 1] = held.back()->head.size;
  }
  return held;
}

Cosigned CosignatureCollector::collect(const SignedNote& note, const TreeHead& head,
                                       const ProveFrom& prove) {
  const auto& witnesses = policy_.witnesses();
  const auto before = policy_.cosigned(note);
  SignedNote log_note{note.text, {}};
  for (const auto& line : note.signatures)
    if (std::ranges::none_of(witnesses, [&](const auto& each) { return is_line_of(line, each); }))
      log_note.signatures.push_back(line);
  invariant(log_.have_signed(log_note));

  const Asking asking{options_.deadline, tls_.get(), options_.now()};
  std::vector<std::future<WitnessInquiry::Answer>> asked;
  for (std::size_t i = 0; i < witnesses.size(); ++i)
    asked.push_back(std::async(std::launch::async, [&, i] {
      return WitnessInquiry(witnesses[i], log_, log_note, head, prove, asking).run(last_[i]);
    }));
  Cosigned out{log_note, {}};
  for (std::size_t i = 0; i < witnesses.size(); ++i) {
    auto answer = asked[i].get();
    last_[i] = answer.line ? head.size : TreeSize{};
    if (answer.line) {
      out.note.signatures.push_back(std::move(*answer.line));
    } else if (before[i]) {
      out.note.signatures.push_back(*std::ranges::find_if(
          note.signatures, [&](const auto& line) { return is_line_of(line, witnesses[i]); }));
    }
    out.reports.push_back(std::move(answer.report));
  }
  return out;
}

}  // namespace kinledger::server
