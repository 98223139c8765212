//! Derivatives of operations on whole values: members, struct literals, and sums.

use std::rc::Rc;

use crate::graph::{Builder, Form, Gather, Literal, Member, Op, Sym, Ty, ValueId, WholeOp};

/// A cotangent that has `value` in the place of a member, and zeros elsewhere. `operands` are the whole and the
/// indices.
pub(super) fn in_place(
    builder: &mut Builder,
    member: &Rc<Member>,
    operands: &[ValueId],
    value: ValueId,
) -> ValueId {
    let gather = Gather { wholes: 0, members: vec![Rc::clone(member)], is_gradient: false };
    builder.gather(gather, operands.iter().copied().chain([value]).collect())
}

/// The sum of contributions to the cotangent of a whole value.
pub(super) fn sum<'g>(terms: &[Sym<'g>]) -> Option<Sym<'g>> {
    let (&first, rest) = terms.split_first()?;
    if rest.is_empty() {
        return Some(first);
    }
    let ids: Vec<ValueId> = terms.iter().map(|term| term.id).collect();
    let id = added(&mut first.builder.borrow_mut(), &ids);
    Some(Sym { builder: first.builder, id })
}

/// The sum of whole values. Sums among them are taken apart.
pub(super) fn added(builder: &mut Builder, terms: &[ValueId]) -> ValueId {
    let mut like = None;
    let (mut wholes, mut members, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for &id in terms {
        let value = builder.graph().value(id);
        match &value.op {
            Op::Whole(WholeOp::Gather(gather)) if !gather.is_gradient => {
                like = like.or(value.operands.first().copied());
                wholes.extend(&value.operands[1..=gather.wholes]);
                values.extend(&value.operands[1 + gather.wholes..]);
                members.extend(gather.members.iter().cloned());
            }
            _ => wholes.push(id),
        }
    }
    let gather = Gather { wholes: wholes.len(), members, is_gradient: false };
    // The first one may be the last use of its value, which is then changed in place.
    let like = like.unwrap_or(terms[terms.len() - 1]);
    let operands = std::iter::once(like).chain(wholes).chain(values).collect();
    builder.gather(gather, operands)
}

/// What a cotangent is the sum of: wholes, and members with their indices and values.
pub(super) fn terms(builder: &Builder, total: ValueId) -> Vec<(Option<Rc<Member>>, Vec<ValueId>)> {
    let value = builder.graph().value(total);
    let Op::Whole(WholeOp::Gather(gather)) = &value.op else { return vec![(None, vec![total])] };
    if gather.is_gradient {
        return vec![(None, vec![total])];
    }
    let mut found: Vec<_> =
        value.operands[1..=gather.wholes].iter().map(|&whole| (None, vec![whole])).collect();
    let mut position = 1 + gather.wholes;
    for member in &gather.members {
        let end = position + member.indices + 1;
        found.push((Some(Rc::clone(member)), value.operands[position..end].to_vec()));
        position = end;
    }
    found
}

/// The cotangent of a parameter as the gradient by it: what is constant is as in the parameter.
pub(super) fn as_gradient(builder: &mut Builder, parameter: ValueId, total: ValueId) -> ValueId {
    let value = builder.graph().value(total).clone();
    match value.op {
        // What a call returns is a gradient already.
        Op::Part(_) => total,
        Op::Whole(WholeOp::Gather(gather)) if gather.wholes == 0 && gather.members.is_empty() => total,
        Op::Whole(WholeOp::Gather(gather)) if value.operands[0] == parameter => {
            let gather = Gather { is_gradient: true, ..(*gather).clone() };
            builder.gather(gather, value.operands)
        }
        _ => {
            let gather = Gather { wholes: 1, members: Vec::new(), is_gradient: true };
            builder.gather(gather, vec![parameter, total])
        }
    }
}

/// What an operation hands on of its cotangent: for each operand that asks for it, the contribution.
pub(super) fn contributions(
    builder: &mut Builder,
    op: &WholeOp,
    operands: &[ValueId],
    total: ValueId,
    is_varied: &dyn Fn(usize) -> bool,
) -> Vec<(usize, ValueId)> {
    let type_of = |builder: &Builder, id: ValueId| builder.graph().value(id).ty;
    match op {
        WholeOp::Member(member) => vec![(0, in_place(builder, member, operands, total))],
        WholeOp::Literal(literal) => {
            let mut found = Vec::new();
            let total = masked(builder, total);
            for (position, member) in literal.members().into_iter().enumerate() {
                if is_varied(position) {
                    let ty = type_of(builder, operands[position]);
                    found.push((position, builder.member(Rc::new(member), vec![total], ty)));
                }
            }
            let base = operands.len() - 1;
            if literal.has_base && is_varied(base) {
                let zeros =
                    operands[..base].iter().map(|&operand| zero(builder, operand)).collect::<Vec<_>>();
                let operands = zeros.into_iter().chain([total]).collect();
                let rest = builder.whole(WholeOp::Literal(Rc::clone(literal)), operands, Ty::Whole);
                found.push((base, rest));
            }
            found
        }
        WholeOp::Gather(gather) => {
            let mut found: Vec<(usize, ValueId)> =
                (1..=gather.wholes).map(|position| (position, total)).collect();
            let mut position = 1 + gather.wholes;
            for member in &gather.members {
                let indices = &operands[position..position + member.indices];
                position += member.indices;
                let ty = type_of(builder, operands[position]);
                let operands = std::iter::once(total).chain(indices.iter().copied()).collect();
                found.push((position, builder.member(Rc::clone(member), operands, ty)));
                position += 1;
            }
            found.retain(|&(position, _)| is_varied(position));
            found
        }
        WholeOp::Scaled => {
            let mut found = Vec::new();
            if is_varied(0) {
                found.push((0, builder.whole(WholeOp::Scaled, vec![total, operands[1]], Ty::Whole)));
            }
            if is_varied(1) {
                let ty = type_of(builder, operands[1]);
                found.push((1, builder.whole(WholeOp::Dot, vec![operands[0], total], ty)));
            }
            found
        }
        WholeOp::Dot => {
            let scaled = [(0, 1), (1, 0)].into_iter().filter(|&(position, _)| is_varied(position));
            scaled
                .map(|(position, other)| {
                    let operands = vec![operands[other], total];
                    (position, builder.whole(WholeOp::Scaled, operands, Ty::Whole))
                })
                .collect()
        }
        WholeOp::Direction => vec![(0, builder.whole(WholeOp::Direction, vec![total], Ty::Whole))],
        WholeOp::Vanished => Vec::new(),
    }
}

/// The tangent of what an operation gives, from those of the operands that have one.
pub(super) fn tangent(
    builder: &mut Builder,
    op: &WholeOp,
    operands: &[ValueId],
    tangents: &[Option<ValueId>],
    ty: Ty,
) -> Option<ValueId> {
    match op {
        WholeOp::Member(_) => {
            let whole = masked(builder, tangents[0]?);
            let operands = std::iter::once(whole).chain(operands[1..].iter().copied()).collect();
            Some(builder.whole(op.clone(), operands, ty))
        }
        WholeOp::Literal(_) => {
            let operands = operands
                .iter()
                .zip(tangents)
                .map(|(&operand, tangent)| tangent.unwrap_or_else(|| zero(builder, operand)))
                .collect();
            Some(builder.whole(op.clone(), operands, ty))
        }
        WholeOp::Gather(gather) => {
            let wholes: Vec<ValueId> = tangents[1..=gather.wholes].iter().copied().flatten().collect();
            let (mut members, mut values) = (Vec::new(), Vec::new());
            let mut position = 1 + gather.wholes;
            for member in &gather.members {
                let indices = &operands[position..position + member.indices];
                position += member.indices;
                if let Some(tangent) = tangents[position] {
                    members.push(Rc::clone(member));
                    values.extend(indices.iter().copied().chain([tangent]));
                }
                position += 1;
            }
            let gather = Gather { wholes: wholes.len(), members, is_gradient: gather.is_gradient };
            let operands = std::iter::once(operands[0]).chain(wholes).chain(values).collect();
            Some(builder.gather(gather, operands))
        }
        WholeOp::Scaled => {
            let scaled =
                tangents[0].map(|whole| builder.whole(WholeOp::Scaled, vec![whole, operands[1]], ty));
            let grown = tangents[1].map(|real| builder.whole(WholeOp::Scaled, vec![operands[0], real], ty));
            let terms: Vec<ValueId> = scaled.into_iter().chain(grown).collect();
            match terms.as_slice() {
                [] => None,
                [term] => Some(*term),
                terms => Some(added(builder, terms)),
            }
        }
        WholeOp::Dot => {
            let left = tangents[0].map(|whole| builder.whole(WholeOp::Dot, vec![whole, operands[1]], ty));
            let right = tangents[1].map(|whole| builder.whole(WholeOp::Dot, vec![operands[0], whole], ty));
            match (left, right) {
                (Some(left), Some(right)) => {
                    Some(builder.simplified(crate::rules::Primitive::add, vec![left, right]))
                }
                (left, right) => left.or(right),
            }
        }
        WholeOp::Direction => Some(builder.whole(WholeOp::Direction, vec![tangents[0]?], ty)),
        WholeOp::Vanished => None,
    }
}

/// A tangent or cotangent whose parts are looked at. What calls return has the values of constant fields in it, along
/// which there is no derivative.
fn masked(builder: &mut Builder, whole: ValueId) -> ValueId {
    match builder.graph().value(whole).op {
        Op::Whole(WholeOp::Direction) => whole,
        _ => builder.whole(WholeOp::Direction, vec![whole], Ty::Whole),
    }
}

/// A zero like an operand; what carries no floats stays. Of a constant whose type is not known, the type decides.
pub(super) fn zero(builder: &mut Builder, operand: ValueId) -> ValueId {
    let value = builder.graph().value(operand);
    let is_integer = match &value.op {
        Op::Opaque(opaque) => {
            opaque.key.as_ref().is_some_and(|key| key.starts_with(|c: char| c.is_ascii_digit()))
        }
        _ => false,
    };
    match value.ty {
        Ty::Real(_) | Ty::Whole => builder.like(operand, 0.0),
        Ty::Other if !is_integer => builder.whole(WholeOp::Vanished, vec![operand], Ty::Other),
        Ty::Bool | Ty::Other | Ty::Unit | Ty::Array(_) | Ty::List(_) => operand,
    }
}

impl Literal {
    /// For each operand but the base, where it is in the struct.
    fn members(&self) -> Vec<Member> {
        let mut found = Vec::new();
        for (tokens, form) in &self.fields {
            leaves(form, &Member::of(tokens.clone()), &mut found);
        }
        found
    }
}

fn leaves(form: &Form, member: &Member, found: &mut Vec<Member>) {
    match form {
        Form::Leaf(_) | Form::Part(_) => found.push(member.clone()),
        Form::Reference(inner) => leaves(inner, member, found),
        Form::Tuple(parts) => {
            for (index, part) in parts.iter().enumerate() {
                leaves(part, &member.component(index), found);
            }
        }
        Form::Array(parts) => {
            for (index, part) in parts.iter().enumerate() {
                leaves(part, &member.element(index), found);
            }
        }
    }
}
