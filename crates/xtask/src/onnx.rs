//! Lets a model of ONNX read pictures of any size, without tools that would have to be installed.
//!
//! Some exporters fix the sizes of inputs and outputs to those of the example that they traced, although every operator takes any. They
//! also list the weights among the inputs, which forbids ONNX Runtime to fold anything into them (half of the time of a run), and keep
//! counters of training, of which it warns each time. All of that is said in the model's head alone; here it is written anew, and the
//! result has a pinned hash like everything else.
//!
//! A model is a message of Protocol Buffers (<https://protobuf.dev/programming-guides/encoding>); the numbers of the fields are those of
//! `onnx.proto3`. What is not named here is copied as it is.

use std::collections::HashSet;

/// `ModelProto.graph`.
const GRAPH: u64 = 7;
/// `GraphProto.node`, `.initializer`, `.input` and `.output`.
const NODE: u64 = 1;
const WEIGHT: u64 = 5;
const INPUT: u64 = 11;
const OUTPUT: u64 = 12;
/// `NodeProto.input`, `TensorProto.name` and `ValueInfoProto.name`.
const READ: u64 = 1;
const WEIGHT_NAME: u64 = 8;
const VALUE_NAME: u64 = 1;
/// `ValueInfoProto.type`, `TypeProto.tensor_type`, `TypeProto.Tensor.shape`, `TensorShapeProto.dim`.
const TYPE: u64 = 2;
const TENSOR: u64 = 1;
const SHAPE: u64 = 2;
const DIMENSION: u64 = 1;
/// Of batch, channels, height and width these are the network's own.
const CHANNELS: usize = 1;

/// The model with batch, height and width of its inputs and outputs free, with its weights no inputs, and without those that no node
/// reads. `None` if it is no model.
pub(crate) fn of_any_size(model: &[u8]) -> Option<Vec<u8>> {
    rewritten(model, GRAPH, |graph| {
        let (mut weights, mut read) = (HashSet::new(), HashSet::new());
        for field in fields(graph)? {
            match field.number {
                WEIGHT => weights.extend(named(field.content, WEIGHT_NAME)),
                NODE => read.extend(all_named(field.content, READ)?),
                _ => {}
            }
        }
        let mut anew = Vec::with_capacity(graph.len());
        for field in fields(graph)? {
            match field.number {
                INPUT if weights.contains(named(field.content, VALUE_NAME)?) => {}
                WEIGHT if !read.contains(named(field.content, WEIGHT_NAME)?) => {}
                INPUT | OUTPUT => write(&mut anew, field.number, &freed(field.content)?),
                _ => anew.extend_from_slice(field.whole),
            }
        }
        Some(anew)
    })
}

/// A value of any size.
fn freed(value: &[u8]) -> Option<Vec<u8>> {
    rewritten(value, TYPE, |kind| {
        rewritten(kind, TENSOR, |tensor| {
            rewritten(tensor, SHAPE, |shape| {
                let mut anew = Vec::with_capacity(shape.len());
                for (place, dimension) in fields(shape)?.into_iter().enumerate() {
                    if dimension.number == DIMENSION && place != CHANNELS {
                        write(&mut anew, DIMENSION, &[]); // neither a value nor a name: any
                    } else {
                        anew.extend_from_slice(dimension.whole);
                    }
                }
                Some(anew)
            })
        })
    })
}

/// A message in which the content of every field of that number is `change`d.
fn rewritten(message: &[u8], number: u64, change: impl Fn(&[u8]) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
    let mut anew = Vec::with_capacity(message.len());
    for field in fields(message)? {
        if field.number == number {
            write(&mut anew, number, &change(field.content)?);
        } else {
            anew.extend_from_slice(field.whole);
        }
    }
    Some(anew)
}

/// A field of a message.
struct Field<'m> {
    number: u64,
    /// With its tag and length.
    whole: &'m [u8],
    /// Without; empty where it has no length.
    content: &'m [u8],
}

fn fields(mut message: &[u8]) -> Option<Vec<Field<'_>>> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        let mut rest = message;
        let tag = number(&mut rest)?;
        let length = match tag & 7 {
            0 => {
                number(&mut rest)?;
                0
            }
            1 => 8,
            2 => usize::try_from(number(&mut rest)?).ok()?,
            5 => 4,
            _ => return None,
        };
        let content = rest.get(..length)?;
        rest = &rest[length..];
        fields.push(Field {
            number: tag >> 3,
            whole: &message[..message.len() - rest.len()],
            content,
        });
        message = rest;
    }
    Some(fields)
}

fn named(message: &[u8], number: u64) -> Option<&[u8]> {
    all_named(message, number)?.next()
}

fn all_named(message: &[u8], number: u64) -> Option<impl Iterator<Item = &[u8]>> {
    let fields = fields(message)?.into_iter();
    Some(fields.filter(move |field| field.number == number).map(|field| field.content))
}

/// Reads a number of variable length: seven bits a byte, the lowest first.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[allow(clippy::cast_possible_truncation)] // seven bits at a time
fn write(message: &mut Vec<u8>, field: u64, content: &[u8]) {
    for mut number in [(field << 3) | 2, content.len() as u64] {
        while number > 0x7f {
            message.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        message.push(number as u8);
    }
    message.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn message(parts: &[(u64, &[u8])]) -> Vec<u8> {
        let mut message = Vec::new();
        for (field, content) in parts {
            write(&mut message, *field, content);
        }
        message
    }

    /// A value of that name, as exporters write it.
    fn value(name: &[u8], dimensions: &[&[u8]]) -> Vec<u8> {
        let shape = message(&dimensions.iter().map(|dimension| (DIMENSION, *dimension)).collect::<Vec<_>>());
        let mut tensor = vec![8, 1]; // floats
        tensor.extend(message(&[(SHAPE, &shape)]));
        message(&[(VALUE_NAME, name), (TYPE, &message(&[(TENSOR, &tensor)]))])
    }

    fn model(weights: &[&[u8]], inputs: &[Vec<u8>], output: &[u8]) -> Vec<u8> {
        let node = message(&[(READ, b"picture"), (READ, b"w")]);
        let weights: Vec<_> = weights.iter().map(|name| message(&[(WEIGHT_NAME, name)])).collect();
        let mut parts: Vec<(u64, &[u8])> = vec![(NODE, &node)];
        parts.extend(weights.iter().map(|weight| (WEIGHT, weight.as_slice())));
        parts.extend(inputs.iter().map(|input| (INPUT, input.as_slice())));
        parts.push((OUTPUT, output));
        let mut model = vec![8, 4]; // the version of the format
        model.extend(message(&[(GRAPH, &message(&parts))]));
        model
    }

    #[test]
    fn sizes_are_freed_channels_stay_and_weights_are_no_inputs() {
        let (ten, three, wide): (&[u8], &[u8], &[u8]) = (&[8, 10], &[8, 3], &[8, 0xc0, 2]);
        let traced = [value(b"picture", &[ten, three, wide, wide]), value(b"w", &[three])];
        let map = value(b"map", &[ten, three, wide, wide]);
        let found = of_any_size(&model(&[b"w", b"counter"], &traced, &map)).unwrap();
        let (free, map) = (
            [value(b"picture", &[b"", three, b"", b""])],
            value(b"map", &[b"", three, b"", b""]),
        );
        assert_eq!(found, model(&[b"w"], &free, &map));
    }

    #[test]
    fn what_is_no_model_is_none() {
        assert!(of_any_size(b"PK\x03\x04 an archive").is_none());
        let mut cut = model(&[], &[], b"");
        cut.pop();
        cut.pop();
        assert!(of_any_size(&cut).is_none());
    }
}
