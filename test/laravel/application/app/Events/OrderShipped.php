<?php

namespace App\Events;

use Illuminate\Broadcasting\Channel;
use Illuminate\Broadcasting\EncryptedPrivateChannel;
use Illuminate\Broadcasting\InteractsWithSockets;
use Illuminate\Broadcasting\PresenceChannel;
use Illuminate\Broadcasting\PrivateChannel;
use Illuminate\Contracts\Broadcasting\ShouldBroadcast;
use Illuminate\Foundation\Events\Dispatchable;

class OrderShipped implements ShouldBroadcast
{
    use Dispatchable, InteractsWithSockets;

    public function __construct(public int $order, private string $kind = 'public')
    {
    }

    public function broadcastOn(): array
    {
        return [match ($this->kind) {
            'public' => new Channel('orders'),
            'private' => new PrivateChannel("orders.{$this->order}"),
            'presence' => new PresenceChannel('warehouse'),
            'encrypted' => new EncryptedPrivateChannel('vault'),
        }];
    }
}
