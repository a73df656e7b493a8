// The log itself: checkpoint and tiles at the root, as C2SP tlog-tiles has them, and proofs.
#include <string>

#include "ledger/consistency_proof.h"
#include "ledger/growth.h"
#include "ledger/log_lines.h"
#include "ledger/tile.h"
#include "server/media_types.h"
#include "server/problem.h"
#include "server/route.h"

namespace kinledger::server {
namespace {

using ledger::Reason;

constexpr std::string_view bytes_type = "application/octet-stream";

HttpResponse checkpoint(Desk& desk, const Call&) {
  const auto now = desk.archive.ledger().checkpoint();
  if (!now) return problem_of_server(now.error(), desk.warn);
  return {200, std::string(utf8_text_type), {{"Cache-Control", "no-cache"}}, now->note};
}

std::optional<ledger::Tile> tile_of(const Call& call) {
  std::string path = "tile";
  for (const auto word : call.words) path += "/" + std::string(word);
  return ledger::read_tile_path(path);
}

/// Hashes say nothing about anyone; entries are the events.
std::optional<HttpResponse> prepare_tile(Desk&, Call& call) {
  const auto named = tile_of(call);
  if (named && named->kind == ledger::Tile::Kind::entries) call.operation = Operation::read_events;
  return std::nullopt;
}

HttpResponse tile(Desk& desk, const Call& call) {
  const auto named = tile_of(call);
  const auto bytes = named ? ledger::read_tile(desk.archive.ledger().journal(), *named)
                           : ledger::Error{ledger::Failure::invalid, ""};
  if (!bytes && bytes.error().failure != ledger::Failure::invalid)
    return problem(bytes.error(), desk.warn);
  if (!bytes) return problem(404, Reason("TILE_UNKNOWN", "没有这个瓦片", "there is no such tile"));
  // A tile of one width never changes; what events say of persons is for the one who asked.
  return {200,
          std::string(bytes_type),
          {{"Cache-Control", "private, max-age=31536000, immutable"}},
          std::string(ledger::as_text(*bytes))};
}

HttpResponse inclusion(Desk& desk, const Call& call) {
  const auto sequence = ledger::read_decimal(call.words[0]);
  auto& ledger = desk.archive.ledger();
  const auto size = ledger.durable().size.value;
  if (!sequence || *sequence >= size)
    return problem(
        404,
        Reason("SEQUENCE_UNKNOWN", "账本有 " + std::to_string(size) + " 条记录，序号从 0 起",
               "the ledger has " + std::to_string(size) + " events; their sequences begin with 0"));
  const auto proof = ledger.prove({*sequence});
  if (!proof) return problem_of_server(proof.error(), desk.warn);
  return {200, std::string(utf8_text_type), {{"Cache-Control", "no-cache"}}, proof->to_text()};
}

HttpResponse consistency(Desk& desk, const Call& call) {
  const auto old = ledger::read_decimal(call.words[0]);
  auto& ledger = desk.archive.ledger();
  auto now = ledger.checkpoint();
  if (!now) return problem_of_server(now.error(), desk.warn);
  const auto size = std::to_string(now->head.size.value);
  if (!old || *old == 0 || *old > now->head.size.value)
    return problem(404, Reason("SIZE_OUT_OF_RANGE", "旧的记录数应在 1 到 " + size + " 之间",
                               "the older size is from 1 to " + size));
  auto hashes = ledger::prove_growth(ledger.journal(), {*old}, now->head.size);
  if (!hashes) return problem(hashes.error(), desk.warn);
  return {200,
          std::string(utf8_text_type),
          {{"Cache-Control", "no-cache"}},
          ledger::ConsistencyProof{{*old}, std::move(*hashes), std::move(now->note)}.to_text()};
}

}  // namespace

std::vector<Route> log_routes() {
  return {
      {.method = "GET",
       .path = "/checkpoint",
       .name = "checkpoint",
       .zh = "当前检查点（C2SP tlog-checkpoint）",
       .en = "a checkpoint signed now, C2SP tlog-checkpoint",
       .gives = {utf8_text_type},
       .lane = Lane::records,
       .operation = Operation::read_log,
       .handle = checkpoint},
      {.method = "GET",
       .path = "/tile/{rest...}",
       .name = "tile",
       .zh = "瓦片（C2SP tlog-tiles）",
       .en = "a tile, C2SP tlog-tiles",
       .words = {{"rest", "如 0/x001/067", "such as 0/x001/067 or entries/000.p/12"}},
       .gives = {bytes_type},
       .statuses = {404},
       .operation = Operation::read_log,
       .becomes = {Operation::read_events},
       .prepare = prepare_tile,
       .handle = tile},
      {.method = "GET",
       .path = "/v1/proofs/inclusion/{sequence}",
       .name = "inclusionProof",
       .zh = "记录在检查点中的证明（C2SP tlog-proof）",
       .en = "proof that an event is in a checkpoint, C2SP tlog-proof",
       .words = {{"sequence", "记录的序号", "sequence of the event", ParameterForm::sequence}},
       .gives = {utf8_text_type},
       .statuses = {404},
       .lane = Lane::records,
       .operation = Operation::read_log,
       .handle = inclusion},
      {.method = "GET",
       .path = "/v1/proofs/consistency/{size}",
       .name = "consistencyProof",
       .zh = "当前检查点延续旧检查点的证明",
       .en = "proof that the checkpoint continues an older one",
       .words = {{"size", "旧检查点的记录数", "number of events of the older one",
                  ParameterForm::sequence}},
       .gives = {utf8_text_type},
       .statuses = {404},
       .lane = Lane::records,
       .operation = Operation::read_log,
       .handle = consistency},
  };
}

}  // namespace kinledger::server
